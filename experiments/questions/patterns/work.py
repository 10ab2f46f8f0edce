"""What `redesign patterns` does: every experiment is lived, every pattern judged, and the page is written."""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault
from experiments.questions.patterns import page, runs
from experiments.questions.patterns.plan import Trials
from experiments.questions.patterns.screen import SUMMARY
from experiments.results import manifest, results_folder
from experiments.running.session import Resources, Session, model_version
from experiments.text.streams import readable

QUESTION = "patterns"
REPLICATIONS, PAGE = "replications.csv", "patterns.md"
COMMIT_LETTERS = 12


def session_of(asked: Trials) -> Session:
    """The folder of all patterns."""
    model, own = model_version(), asked.asked
    key = results_key(asked, model)
    out = path_of(own.out or f"results/patterns-{key[:8]}", "out=")
    with_what = Resources(own.workers, own.threads, large=own.large)
    return Session(QUESTION, out, key, configuration(asked), with_what, QUESTION, model=model)


def configuration(trials: Trials) -> dict[str, Any]:
    """What was asked, in full, as it is kept beside the results."""
    return {
        each.name: {
            "pattern": each.pattern.model_dump(mode="json"),
            "experiment": results_folder.configuration(each.plan),
        }
        for each in trials.trials
    }


def results_key(trials: Trials, model: str) -> str:
    """What determines everything in the results folder, as a hash."""
    measures = {each.name: each.pattern.model_dump(mode="json") for each in trials.trials}
    keys = [[each.name, runs.key_of(each, model), each.plan.settings.replicates] for each in trials.trials]
    return hashlib.sha256(json.dumps([keys, measures]).encode()).hexdigest()


def analysed(asked: Trials, session: Session) -> dict[str, Any]:
    """Lives every experiment, judges every pattern, and writes the tables and the page."""
    facts = {
        **manifest.made_with(session.model),
        "question": QUESTION,
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
    storage.write_whole(out / PAGE, text.encode())
    return facts


def publish(out: Path, written: Path) -> None:
    """Puts the page of a finished run, and its figure beside it, where the user wants them."""
    try:
        written.parent.mkdir(parents=True, exist_ok=True)
        picture = written.with_name(page.PICTURE)
        for source, target in ((out / PAGE, written), (out / "figures" / page.PICTURE, picture)):
            content = source.read_bytes()
            storage.write_whole(target, content)
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
