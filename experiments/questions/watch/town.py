"""Lives a town under two policies side by side and keeps everybody's months, in the form that the page reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.questions.watch.packing import Words, as_text, changes, in_order, lists
from experiments.questions.watch.recorder import (
    ASKED,
    CRISIS_BEGUN,
    FIRST_WORDS,
    REFUSED,
    STATE,
    TIER,
    Parted,
    TownRecorder,
)
from experiments.running.lives.events import Names
from experiments.running.lives.side_by_side import in_step, places_of
from simulation.parameters.quantity import AGENCIES, BUDGET_HOLDERS, TIERS
from simulation.place import PlaceState, World
from simulation.policy.policy import Policy
from simulation.state.codes import CaseState

LOW_TWO = 3


@dataclass(frozen=True)
class Lived:
    """Two towns that were lived and written down.

    Attributes:
        recorders: by arm.
        words: all that is said in diaries.
        parted: when each citizen's lives part.
    """

    recorders: Mapping[str, TownRecorder]
    words: Words
    parted: Parted


def live(
    world: World, start: PlaceState, policies: Mapping[str, Policy], replication: int, years: int, threads: int = 1
) -> Lived:
    """Lives both arms month by month and writes down everybody in each."""
    names, words = Names(list(world.config.challenges.values())), Words(FIRST_WORDS)
    places = places_of(world, start, policies, replication, threads)
    recorders = [TownRecorder(place, names, words) for place in places]
    parted = Parted(recorders)
    for place, recorder in zip(places, recorders, strict=True):
        place.observers.append(recorder)
    for month in in_step(places, 12 * years):
        parted.look(month)
    return Lived(dict(zip(policies, recorders, strict=True)), words, parted)


def record(lived: Lived, world: World, start: PlaceState) -> dict[str, Any]:
    """All that was written down, as plain data.

    Citizens' months: `cells` holds, by `packing.changes`, a number for every month of every row and challenge, the
    challenges of a row together; `codes` says what the numbers mean, as `recorder` packs them in bits. `homes` holds in the
    same way who lives in each row: nobody, who lived there from the start, or the newcomer of that number less 2, of whom
    `newcomers` has the months of birth and the sexes. `diary` holds by `packing.lists` what happens in each row, as numbers of
    `sentences`. Services' months (fullness, stage, broken: one byte each, service by service) and purses' (pounds, 32 bits)
    follow one another month by month.
    """
    people, services = start.people, start.services
    codes = np.unique(np.concatenate([np.zeros(1), *(np.unique(each.cells) for each in lived.recorders.values())]))
    return {
        "months": len(next(iter(lived.recorders.values())).cells),
        "people": int(people.alive.sum()),
        "rows": int(people.alive.size),
        "areas": [
            {"name": area.area, "first": int(first)}
            for area, first in zip(world.config.place.areas, world.ground.first_row[:-1], strict=True)
        ],
        "challenges": [
            {
                "name": name,
                "title": config.title.partition(":")[0],
                "levels": list(config.levels),
                "services": [str(getattr(config.services, tier).title) for tier in TIERS],
            }
            for name, config in world.config.challenges.items()
        ],
        "services": [
            {"challenge": int(c), "tier": int(t), "owner": BUDGET_HOLDERS.index(AGENCIES[a])}
            for c, t, a in zip(services.challenge, services.tier, services.owner, strict=True)
        ],
        "agencies": list(BUDGET_HOLDERS),
        "codes": codes.astype(int).tolist(),
        "born": as_text(people.birth_month.astype(np.int16)),
        "female": as_text(people.female),
        "here": as_text(people.alive),
        "parting": as_text(lived.parted.month.astype(np.int16)),
        "parting_phase": as_text(lived.parted.phase.astype(np.uint8)),
        "phases": lived.parted.phases,
        "sentences": lived.words.texts,
        "towns": [_town(recorder, codes) for recorder in lived.recorders.values()],
    }


def _town(recorder: TownRecorder, codes: Any) -> dict[str, Any]:
    """What was written down of one town."""
    cells = np.searchsorted(codes, np.stack(recorder.cells)).reshape(len(recorder.cells), -1)
    born, female = np.array(recorder.newcomers, dtype=np.int64).reshape(-1, 2).T
    money, holders = np.stack(recorder.purses), len(BUDGET_HOLDERS)
    return {
        "cells": changes(cells),
        "homes": changes(np.stack(recorder.homes)),
        "newcomers": {"born": as_text(born.astype(np.int16)), "female": as_text(female.astype(np.uint8))},
        "diary": lists(recorder.homes[0].size, *in_order(recorder.diary)),
        "services": as_text(np.stack(recorder.services)),
        "purses": as_text(money[:, :holders].astype(np.int32)),
        "frozen": as_text(np.stack(recorder.frozen)[:, :holders].astype(np.uint8)),
    }


def counts(recorders: Mapping[str, TownRecorder], challenges: Sequence[str]) -> pd.DataFrame:
    """How many ask, are refused, wait, are served and fall into crisis, by arm, month and challenge."""
    return pd.DataFrame(list(_counted(recorders, challenges)))


def _counted(recorders: Mapping[str, TownRecorder], challenges: Sequence[str]) -> Iterator[dict[str, Any]]:
    for arm, recorder in recorders.items():
        for month, cells in enumerate(recorder.cells):
            state, tier, asked = (cells >> bits & LOW_TWO for bits in (STATE, TIER, ASKED))
            served = state >= CaseState.SERVED
            for c, name in enumerate(challenges):
                yield {
                    "arm": arm,
                    "month": month,
                    "challenge": name,
                    "asked": int((asked[:, c] > 0).sum()),
                    "refused": int((cells[:, c] >> REFUSED & 1).sum()),
                    "waiting": int((state[:, c] == CaseState.WAITING).sum()),
                    **{tier_name: int((served & (tier == k))[:, c].sum()) for k, tier_name in enumerate(TIERS)},
                    "crises": int((cells[:, c] >> CRISIS_BEGUN & 1).sum()),
                }
