"""A path as people type it."""

from pathlib import Path

from experiments.configuration.validation_errors import shown
from experiments.errors import ConfigurationError, Fault


def path_of(typed: str | Path, key: str) -> Path:
    """The file or folder that is meant, whether or not it is there; `~` is one's home.

    Args:
        typed: the path.
        key: what it was typed for, as `out=`.

    Raises:
        ConfigurationError: there can be no such path on this machine.
    """
    try:
        path = Path(typed).expanduser()
        path.exists()
    except RuntimeError:
        why = "begins with ~ and the name of nobody who has a home on this machine"
    except OSError as error:
        why = f"cannot be used: {error.strerror or error}"
    else:
        return path
    raise ConfigurationError(Fault(f"{key}{shown(typed)}", why, "name another path"))
