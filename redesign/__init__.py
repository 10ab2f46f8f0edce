"""One way in from Python: ask a question, open what was found, step a model.

As in::

    import redesign

    result = redesign.compare(place="teaching_town", years=3, replicates=8)
    result.summary, result.runs, result.paired, result.plot("crises"), result.report()
    redesign.open("results/compare-croydon-0123abcd")
    model = redesign.model("teaching_town", policy="radical", seed=1)

Every question of the command `redesign` is a function here; `dir(redesign)` lists them.
"""

from redesign import shadowing

shadowing.leave_users_folder()  # before anything else is imported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from experiments.errors import ConfigurationError as ConfigurationError
    from experiments.errors import Stopped as Stopped
    from redesign.place import model as model
    from redesign.result import Result as Result
    from redesign.result import open as open

OWN = {
    "ConfigurationError": "experiments.errors",
    "Result": "redesign.result",
    "Stopped": "experiments.errors",
    "model": "redesign.place",
    "open": "redesign.result",
}
"""What is here beside the questions, by the module it is of; loaded when it is first used."""


def __getattr__(name: str) -> "Any":
    """A question as a function, or what is here beside the questions."""
    if name.startswith("_"):
        raise AttributeError(f"module 'redesign' has no attribute '{name}'")
    found = getattr(_load(OWN[name]), name) if name in OWN else _asking().function(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Every question, and what is here beside them."""
    return sorted({*OWN, *_asking().names(), *(name for name in globals() if name.startswith("__"))})


def _asking() -> "Any":
    """The module that asks questions, once it is sure that its own packages are found and no others."""
    return _load("redesign.asking")


def _load(module: str) -> "Any":
    """A module of this project; Mesa loads a library that wants widgets for its bars, and bars here need none."""
    import warnings

    warnings.filterwarnings("ignore", message="IProgress not found")
    return shadowing.load(module)
