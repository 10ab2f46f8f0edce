"""What a policy can do, one file each. A new lever is a new file here or in a folder of this one."""

from importlib import import_module
from pkgutil import walk_packages

from simulation.policy.lever import Lever


def _found() -> dict[str, type[Lever]]:
    for module in walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
    return {kind.name: kind for kind in sorted(Lever.__subclasses__(), key=lambda k: k.name)}


LEVERS: dict[str, type[Lever]] = _found()
