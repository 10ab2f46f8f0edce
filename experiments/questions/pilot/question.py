"""The question `redesign pilot`: would zones that try radical redesign have shown what it does?

What it takes to refuse a configuration, or to show help, is here; what it takes to run one is in `plan` and `answer`.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from experiments.configuration.compose import Composed
from experiments.configuration.parse import read
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.questions.base import Question, found_in
from experiments.questions.pilot.settings import HOW, PilotSettings

if TYPE_CHECKING:
    from experiments.questions.pilot.plan import Pilots
    from experiments.results.open_results import Opened

LIBRARIES = {"two_way_fixed_effects": "pyfixest", "callaway_santanna": "csdid", "synthetic_control": "pysyncon"}
"""What each method needs to be installed."""


class Pilot(Question["Pilots"]):
    """Pilots drawn from a country in which every authority lived every way."""

    name = "pilot"
    settings = PilotSettings
    session = found_in("answer", "session_of")
    analyse = found_in("answer", "analysed")

    def plans(self, composed: Composed) -> Pilots:
        """Looks through the country and lists the designs."""
        own = own_of(composed)
        asked: Pilots = self.part("plan").check(own)
        if missing := {LIBRARIES[name] for name in asked.settings.methods if _is_missing(name)}:
            why = f"needs {', '.join(sorted(missing))}, which is not installed"
            raise ConfigurationError(Fault("methods", why, "pip install 'redesign[pilot]', or leave the method out"))
        return asked

    def again(self, asked: Pilots, opened: Opened) -> dict[str, Any] | None:
        """Evaluates the pilots again that were run and are whole."""
        lived = self.part("spill_over").LIVED
        if asked.to_run is None or lived in opened.damaged:
            return None
        answer = self.part("answer")
        found: dict[str, Any] = answer.evaluated(asked, answer.session_of(asked))
        return found


QUESTION = Pilot()


def own_of(composed: Composed) -> PilotSettings:
    """Reads the settings.

    Raises:
        ConfigurationError: with everything that is wrong with them.
    """
    faults: list[Fault] = []
    data, known = composed.data, list(PilotSettings.model_fields)
    faults += [unknown(f"{key}={data[key]}", "key", key, known) for key in data if key not in known]
    own = read(PilotSettings, {key: data[key] for key in known if key in data}, "", faults)
    if own is not None and own.nation is None:
        faults.append(
            Fault(
                "nation=null", "names no country whose authorities can be drawn", f"nation=results/country, after {HOW}"
            )
        )
    if faults or own is None:
        raise ConfigurationError(*faults)
    return own


def _is_missing(method: str) -> bool:
    """Whether a method's library cannot be found."""
    return method in LIBRARIES and find_spec(LIBRARIES[method]) is None
