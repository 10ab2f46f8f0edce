"""Every redesign of the catalogue against what is known of redesigns: haircuts are in, nothing and harm never out."""

from pathlib import Path

import numpy as np
import pytest
from worlds import EVERY_DESIGN, SHIPPED, shipped, world_of

from experiments.evidence import register
from simulation.mechanism.services.designs import true_effect

WORLD = world_of()
DESIGNS = WORLD.designs
PESSIMISTIC, OPTIMISTIC = (0.03, 0.17, 0.60, 0.20), (0.25, 0.40, 0.28, 0.07)
"""Shares of attempts over programmes: clear win, modest gain, no effect, worse (a judgement, anchored in the cases below)."""
LEAST_SAVED, MOST_SAVED = 0.008, 0.114
"""What a grown-up portfolio of redesigns saves of the spending it touches, from those shares and the sizes seen."""
SEED, SETS = 3, 60


@pytest.fixture(scope="module")
def drawn():
    """The catalogue in many sets of plausible numbers."""
    policies = shipped("radical")
    sets = register.draw(register.entries(WORLD, policies), SETS, SEED)
    own = sets[[key for key in sets if key.startswith(("design.", "behaviour.redesign."))]]
    return [register.with_values(WORLD, row.to_dict()) for _, row in own.iterrows()]


@pytest.mark.parametrize("name", EVERY_DESIGN)
def test_every_set_of_plausible_numbers_leaves_room_for_nothing_and_for_harm(name, drawn):
    """No evidence excludes nothing or harm for any design, so all of them are held to it, without exception."""
    for world in drawn:
        design = world.designs[name]
        *_, nothing, worse = design.outcome_shares.row
        assert nothing >= 0.25
        assert worse >= 0.06
        cost, outcome = true_effect(design, 0.001)
        assert outcome < 0, "the unluckiest attempt does harm"
        assert cost > 0, "and costs more"
        middle = true_effect(design, worse + nothing / 2)
        assert np.abs(middle).max() <= 0.03, "no effect means none that a trial would find"


@pytest.mark.parametrize("name", EVERY_DESIGN)
def test_selection_is_taken_off_published_successes(name):
    """Published cases are chosen ones: a clear win is rare, and its range is what all programmes together show."""
    shares = DESIGNS[name].outcome_shares
    win, gain, nothing, worse = shares.row
    assert sum(PESSIMISTIC[:2]) <= win + gain <= sum(OPTIMISTIC[:2])
    assert OPTIMISTIC[2] <= nothing <= PESSIMISTIC[2]
    assert OPTIMISTIC[3] <= worse <= PESSIMISTIC[3]
    assert PESSIMISTIC[0] <= win <= OPTIMISTIC[0]
    assert win <= 0.125, "no more than one attempt in eight is what the brochures show"
    assert shares.grade == "J"
    text = DESIGNS[name].source
    assert "For:" in text
    assert "Against:" in text, "what speaks against it is told beside what speaks for it"


def test_the_catalogue_saves_what_portfolios_save(drawn):
    """Before any loss in copying: the mean saving is inside the range of portfolios with the numbers as used and in drawn sets.

    Drawn sets reach both ends, from savings that vanish to double the usual: designs' common uncertainty does not cancel out.
    """

    def saved(world):
        each = [np.dot(d.outcome_shares.row, d.cost_change.row) for d in world.designs.values()]
        return -float(np.mean(each))

    assert LEAST_SAVED < saved(WORLD) < 0.047, "not above the central 4.7%"
    over = [saved(world) for world in drawn]
    assert LEAST_SAVED < np.median(over) < MOST_SAVED
    assert min(over) < LEAST_SAVED
    assert 2 * saved(WORLD) < max(over)


SCALED = 0.35
"""What is left of a case's effect when it is scaled, the central judgement (0.15 to 0.7)."""
EXPLAINED = Path(__file__).parents[2] / "docs" / "explanation" / "design-decisions.md"
EFFECTS = ("cost_change", "outcome_change")


def expected(design, effect):
    """A clear win's change, and what one attempt comes to on average before anybody copies it."""
    row = getattr(design, effect).row
    return row[0], float(np.dot(design.outcome_shares.row, row))


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("name", EVERY_DESIGN)
def test_the_first_to_adopt_expects_no_more_than_a_scaled_case(name, effect):
    """Selection and scale are in the shares: an attempt comes to less than a third of what its clear win does."""
    win, mean = expected(DESIGNS[name], effect)
    assert 0 < mean / win <= SCALED


@pytest.mark.parametrize("name", EVERY_DESIGN)
def test_what_a_design_does_on_average_may_be_nothing_or_harm(name, drawn):
    """Over sets of plausible numbers the mean effect itself lies on both sides of nothing, for money and for people."""
    costs, outcomes = ([expected(world.designs[name], effect)[1] for world in drawn] for effect in EFFECTS)
    assert min(costs) < 0 < max(costs)
    assert min(outcomes) < 0 < max(outcomes)


@pytest.mark.parametrize("name", EVERY_DESIGN)
def test_the_table_that_explains_it_has_the_numbers_in_use(name):
    design = DESIGNS[name]
    cells = [f"{100 * win:+.0f}% | {100 * mean:+.1f}%" for win, mean in (expected(design, e) for e in EFFECTS)]
    nothing, worse = design.outcome_shares.row[2:]
    line = " | ".join([design.title, *cells, f"{100 * nothing:.0f}%", f"{100 * worse:.0f}%"])
    assert f"| {line} |".replace("-", "−") in EXPLAINED.read_text(encoding="utf-8").replace("-", "−")


def test_scale_is_taken_off_what_is_copied():
    """Effects published and at scale: 8.7 to 1.4 points (DellaVigna and Linos 2022); a third left is the central judgement."""
    loss = WORLD.behaviour.redesign.adaptation_loss
    assert 1 - loss.number == pytest.approx(0.35)
    assert 1 - loss.high == pytest.approx(1.4 / 8.7, abs=0.02)
    assert loss.low > 0, "nothing is copied without loss"


@pytest.mark.parametrize(
    ("name", "case", "row", "least", "most"),
    [
        ("family_coaching", "Troubled Families 1", 2, 0.45, 1.0),  # no consistent evidence of any impact
        ("family_coaching", "Family Nurse Partnership", 3, 0.15, 1.0),  # no effect on four outcomes, A&E odds 1.32
        ("social_prescribing", "POPP", 2, 0.45, 1.0),  # before and after -47%, nothing against controls
        ("community_policing", "some beats got worse", 3, 0.15, 1.0),
        ("peer_network", "Circle", 3, 0.2, 1.0),  # three of seven closed
        ("self_managed_team", "Buurtzorg", 0, 0.0, 0.1),  # fewer hours, total cost about average
    ],
)
def test_cases_that_failed_weigh_in(name, case, row, least, most):
    """The designs that stand on a case with a control group or a bad end have that case named and in their numbers."""
    assert case in " ".join(DESIGNS[name].source.split())
    assert least <= DESIGNS[name].outcome_shares.row[row] <= most


def test_freedom_can_hurt_the_weakest():
    """Wales without league tables lost two grades a pupil, weak schools most: freedom does harm in every plausible set."""
    decline = WORLD.behaviour.accountability.weak_decline
    assert decline.low > 0
    assert "Wales" in decline.source
    free = [name for name in SHIPPED if "freedom" in shipped(name)[name].levers]
    assert "radical" in free
