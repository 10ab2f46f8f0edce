"""What `redesign watch` does: both arms are lived, and everybody's months are written down."""

from collections.abc import Mapping
from typing import Any

from experiments import storage
from experiments.analysis.verdicts.policies import described
from experiments.questions.watch.question import COUNTS, ILLUSTRATION, RECORD, Asked
from experiments.questions.watch.town import counts, live, record
from experiments.running.lives import one_pair
from experiments.running.session import Session
from experiments.text.terminal import Page


def session_of(asked: Asked) -> Session:
    """The folder of a town."""
    return one_pair.session_of("watch", asked.plan, asked.own.model_dump())


def analysed(asked: Asked, session: Session) -> dict[str, Any]:
    """Lives both arms, and writes down everybody's months."""
    with Page(stderr=True).status("letting the place settle, and living in both towns ..."):
        people = _lived(asked, session)
    return one_pair.said_of(session, asked.plan, asked.own.model_dump(), {"people": people, "caution": ILLUSTRATION})


def _lived(asked: Asked, session: Session) -> int:
    """Lives both arms and writes down what the page shows; returns how many citizens there are on the policy date."""
    plan, own, out = asked.plan, asked.own, session.out
    settled, start, policies = one_pair.begun(session, plan, own.replication)
    first, second = policies
    threads = plan.settings.threads or 1
    lived = live(settled.world, start, policies, own.replication, plan.settings.years, threads)
    told = record(lived, settled.world, start)
    storage.write_json(out / RECORD, told | {"town": _described(asked, first, second)})
    storage.write_csv(out / COUNTS, counts(lived.recorders, settled.world.challenges))
    return int(told["people"])


def _described(asked: Asked, *arms: str) -> Mapping[str, Any]:
    """What the page says of the place, the policies and the run."""
    plan = asked.plan
    return {
        "place": plan.world.place.title,
        "source": plan.world.place.source,
        "years": plan.settings.years,
        "scale": plan.settings.scale,
        "seed": plan.settings.seed,
        "replication": asked.own.replication,
        "arms": [
            {"name": each.arm, "title": each.title, "summary": each.summary, "does": [list(line) for line in each.does]}
            for each in described(plan.composed.data, arms)
        ],
    }
