"""What is known of the numbers that levers are set to: unit, range, source and grade, from `configs/levers.yaml`."""

from functools import cache

from experiments.configuration import options
from simulation.parameters import Quantity

LEVERS_FILE = "levers"


@cache
def of_levers() -> dict[str, dict[str, Quantity]]:
    """The evidence by lever and setting; settings inside a mapping are named with a full stop, as `others.police`."""
    file = options.Option("", LEVERS_FILE, options.shipped_root(), True).read()
    return {
        lever: {setting: Quantity.model_validate(data) for setting, data in settings.items()}
        for lever, settings in file.items()
    }


def sources(lever: str) -> str:
    """Where a lever's numbers come from, each source once; empty where it has no numbers of its own."""
    found = of_levers().get(lever, {}).values()
    return "; ".join(dict.fromkeys(quantity.source for quantity in found))
