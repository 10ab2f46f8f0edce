"""What new designs there are, what each truly does where it is tried, and which one a service is drawn to.

The true effect of a design is drawn once for the design, the place and the service together, from the design's own four
outcomes: clear win, modest gain, no effect, worse. Nobody sees it.
"""

from collections.abc import Mapping
from hashlib import blake2b
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.draws import Event, Key, draw
from simulation.parameters import BehaviourConfig, DesignConfig
from simulation.parameters.structure import Spread
from simulation.state.codes import Stage
from simulation.state.columns import Services

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]
NORMAL = NormalDist()
EMBED = int(Stage.EMBED)
DESIGN_EFFECT, PLACE_EFFECT = int(Event.DESIGN_EFFECT), int(Event.PLACE_EFFECT)
SERVICE_EFFECT = int(Event.SERVICE_EFFECT)
OUTCOMES = (3, 2, 1, 0)  # the four outcomes from worse to clear win, as columns of a design's shares


class Catalogue(NamedTuple):
    """The designs as the services know them."""

    names: tuple[str, ...]
    designs: tuple[DesignConfig, ...]
    kinds: tuple[str, ...]  # (services,): challenge.tier
    applies: NDArray[np.bool_]  # (designs, services)
    names64: NDArray[np.int64]  # (designs,): names as numbers, for draws
    service64: NDArray[np.int64]  # (services,): challenge, tier and catchment as numbers, for draws
    peers: NDArray[np.bool_]  # (services, services): who learns from whom
    root_weight: Doubles
    holding_weight: Doubles
    relief: Doubles
    gain_weight: Doubles
    shortens_stay: Doubles  # 1 for designs with step-down places of their own


class OtherCouncils(NamedTuple):
    """What services see of those of other councils, each of which counts as one more peer.

    number: councils that are looked to.
    in_use: by kind of service, of the shape (years that have ended, designs): the share of such services that had a design in
        use when a year ended, summed over these councils.
    """

    number: int = 0
    in_use: Mapping[str, Doubles] = {}

    def using(self, kind: str, month: int) -> Doubles | float:
        """How many councils use each design for services of a kind, as far as is known in a month: nobody's in the first year."""
        return self.in_use[kind][month // 12 - 1] if self.number and month >= 12 else 0.0


def as_number(*names: str) -> int:
    """A name as a 63-bit number, the same on every machine."""
    return int.from_bytes(blake2b("|".join(names).encode(), digest_size=8).digest(), "little") >> 1


def true_effect(design: DesignConfig, u: float) -> tuple[float, float]:
    """What a design does where the draw is u: changes of hours per case and of the resolve rate.

    A low draw makes it worse, a high one a clear win, each as large as the design's evidence says.
    """
    below = 0.0
    shares = design.outcome_shares.row
    for column in OUTCOMES:
        share = shares[column]
        if u < below + share or column == OUTCOMES[-1]:
            return design.cost_change.row[column], design.outcome_change.row[column]
        below += share
    raise AssertionError("outcome shares add up to 1")


def effect_here(
    d: int, s: int, catalogue: Catalogue, place64: int, key: Key, behaviour: BehaviourConfig
) -> tuple[float, float]:
    """The true effect of design d at service s: the design's draw, its draw in this place, the service's own; or none."""
    if behaviour.structure.designs == "idle":
        return 0.0, 0.0
    how = behaviour.redesign
    of_design, of_place = how.share_design.number, how.share_place.number
    name = int(catalogue.names64[d])
    both = (name ^ place64) & (2**63 - 1)
    own = (name ^ int(catalogue.service64[s])) & (2**63 - 1)
    z = (
        of_design**0.5 * NORMAL.inv_cdf(draw(name, 0, DESIGN_EFFECT, 0, *key))
        + of_place**0.5 * NORMAL.inv_cdf(draw(both, 0, PLACE_EFFECT, 0, *key))
        + max(0.0, 1 - of_design - of_place) ** 0.5 * NORMAL.inv_cdf(draw(own, 0, SERVICE_EFFECT, 0, *key))
    )
    return true_effect(catalogue.designs[d], NORMAL.cdf(z))


def pull(
    spread: Spread, eager: Doubles, users: NDArray[np.floating], peers: int, weight: float, everywhere: Longs
) -> Doubles:
    """How strongly a service is drawn to each design.

    Args:
        spread: `neighbours` looks at peers, `alone` at nobody, `mandate` takes what the centre rolls out.
        eager: how readily policy has each design tried here; 0 where it does not fit.
        users: how many of the service's peers have each in use; a council elsewhere counts by its share of such services.
        peers: how many peers it has, councils elsewhere among them, at least 1.
        weight: of all peers' example.
        everywhere: how many services of the place have each in use.
    """
    if spread == "mandate":
        rolled_out = np.argmax(np.where(eager > 0, everywhere, -1))  # the catalogue's first of several
        return np.where(np.arange(eager.size) == rolled_out, eager, 0.0)
    return eager * (1 + weight * users / peers) if spread == "neighbours" else eager


def eagerness(catalogue: Catalogue, eager: dict[str, float]) -> Doubles:
    """How readily policy has each design of a catalogue tried."""
    return np.array([max(0.0, eager.get(name, 0.0)) for name in catalogue.names])


def choose(
    s: int,
    eager: Doubles,
    services: Services,
    catalogue: Catalogue,
    weight: float,
    u: float,
    spread: Spread = "neighbours",
    elsewhere: tuple[Doubles | float, int] = (0.0, 0),
) -> int:
    """Which design a service tries, of those that apply. -1 if none.

    Args:
        s: the service.
        eager: how readily policy has each design tried.
        services: all services of the place.
        catalogue: what they know of designs.
        weight: of all peers' example.
        u: the draw.
        spread: whom services look to.
        elsewhere: how many other councils use each design for such services, and how many are looked to.
    """
    own = np.where(catalogue.applies[:, s], eager, 0.0)
    if not own.any():
        return -1
    in_use = np.where(services.stage >= EMBED, services.design, own.size)  # one more for those that use none
    peers = catalogue.peers[s]
    users = np.bincount(in_use[peers], minlength=own.size + 1)[:-1] + elsewhere[0]
    everywhere = np.bincount(in_use, minlength=own.size + 1)[:-1]
    weights = pull(spread, own, users, max(1, int(np.count_nonzero(peers)) + elsewhere[1]), weight, everywhere)
    return int(np.searchsorted(np.cumsum(weights) / weights.sum(), u, side="right").clip(0, weights.size - 1))


def is_copied(spread: Spread, by_a_peer: bool) -> bool:
    """Whether a design comes from elsewhere and loses in the adapting: a peer's, anything mandated, nothing made at home."""
    return spread == "mandate" or (spread == "neighbours" and by_a_peer)


def take_up(services: Services, s: int) -> None:
    """The service begins to use what it has tested, beside the old, which is still open."""
    services.stage[s], services.stage_months[s] = Stage.EMBED, 0
    services.old_open[s] = 1


def go_standard(services: Services, s: int) -> None:
    """The service is what it was before."""
    services.design[s] = -1
    services.stage[s] = Stage.STANDARD
    for column in (services.stage_months, services.both_months, services.true_cost, services.true_outcome):
        column[s] = 0
    services.embedded[s] = 0.0
    services.copied[s] = services.adapted[s] = services.old_open[s] = 0
