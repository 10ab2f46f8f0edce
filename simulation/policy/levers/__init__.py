"""The twelve things a policy can do, one file each. A new lever is a new file here."""

from importlib import import_module
from pkgutil import iter_modules

from simulation.policy.lever import Lever


def _found() -> dict[str, type[Lever]]:
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return {kind.name: kind for kind in sorted(Lever.__subclasses__(), key=lambda k: k.name)}


LEVERS: dict[str, type[Lever]] = _found()
