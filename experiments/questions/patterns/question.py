"""The question `redesign patterns`: does the model do what really happened, without having been told to?"""

import datetime
from functools import partial
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.configuration.compose import Composed
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.questions.base import Question
from experiments.questions.patterns import page, runs
from experiments.questions.patterns.plan import Trials, check
from experiments.questions.patterns.schema import Asked
from experiments.questions.patterns.screen import SUMMARY
from experiments.results import manifest
from experiments.running.session import Resources, Session, model_version
from experiments.text.streams import readable

REPLICATIONS, PAGE = "replications.csv", "patterns.md"
COMMIT_LETTERS = 12


class Patterns(Question[Trials]):
    """Experiments whose outcome is known, each in a place of its own."""

    name = "patterns"
    settings = Asked

    def plans(self, composed: Composed) -> Trials:
        """Plans an experiment for each pattern that is asked for."""
        return check(composed)

    def answer(self, asked: Trials) -> int:
        """Answers, and puts the page where the user wants it too."""
        status = super().answer(asked)
        if asked.asked.write:
            _publish(self.session(asked).out, path_of(asked.asked.write, "write="))
        return status

    def session(self, asked: Trials) -> Session:
        """The folder of all patterns."""
        model, own = model_version(), asked.asked
        key = asked.results_key(model)
        out = path_of(own.out or f"results/patterns-{key[:8]}", "out=")
        with_what = Resources(own.workers, own.threads, large=own.large)
        return Session(self.name, out, key, asked.configuration(), with_what, self.name, model=model)

    def analyse(self, asked: Trials, session: Session) -> dict[str, Any]:
        """Lives every experiment, judges every pattern, and writes the tables and the page."""
        facts = {
            **manifest.made_with(session.model),
            "question": self.name,
            "patterns": [each.name for each in asked.trials],
            "seed": asked.asked.seed,
            "configuration": session.asked,
        }
        out = session.out
        summary, values = runs.analyse(asked, runs.live(asked, session))
        storage.write_csv(out / SUMMARY, summary)
        storage.write_csv(out / REPLICATIONS, values)
        about = {each.name: each.pattern.model_dump() for each in asked.trials}
        text = page.page(summary, _in_words(facts, asked), about)
        storage.write_atomically(out / PAGE, lambda temporary: storage.write_text(temporary, text))
        return facts


QUESTION = Patterns()


def _publish(out: Path, written: Path) -> None:
    """Puts the page of a finished run, and its figure beside it, where the user wants them."""
    try:
        written.parent.mkdir(parents=True, exist_ok=True)
        picture = written.with_name(page.PICTURE)
        for source, target in ((out / PAGE, written), (out / "figures" / page.PICTURE, picture)):
            content = source.read_bytes()
            storage.write_atomically(target, partial(storage.write_bytes, content=content))
    except OSError as error:
        why = f"cannot be written: {error.strerror or error}"
        raise ConfigurationError(Fault(f"write={written}", why, "name another file")) from error
    print(f"The page was written to {readable(str(written))}.")


def _in_words(facts: dict[str, Any], trials: Trials) -> dict[str, Any]:
    """What the page says of how it was made."""
    sizes: dict[str, list[int]] = {}
    for trial in trials.trials:
        where = f"{trial.plan.world.place.title} at scale {trial.plan.settings.scale:g}"
        sizes.setdefault(where, []).append(trial.plan.settings.replicates)
    words = [f"{where}, {' to '.join(map(str, sorted({min(n), max(n)})))} replications" for where, n in sizes.items()]
    git = facts["git"]
    return {
        "purpose": facts["purpose"],
        "commit": str(git["commit"])[:COMMIT_LETTERS],
        "dirty": git["dirty"] is True,
        "day": datetime.date.today().isoformat(),
        "sizes": "; ".join(words),
        "seed": facts["seed"],
    }
