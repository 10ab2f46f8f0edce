"""What happens when a page fails: it is written down, and whoever looks at it is not left with a blank."""

import sys
import time
import traceback
from collections.abc import Callable

import streamlit as st

from experiments.lab.session import workshop

FAULTS = "faults.log"


def shown(page: Callable[[], None]) -> None:
    """Shows a page or a part of it."""
    try:
        page()
    except Exception as error:
        st.warning(
            "Something went wrong here that is not your fault; what happened is kept in the lab's folder. Reload the page."
        )
        _keep(error)


def _keep(error: Exception) -> None:
    """Writes down what went wrong, with one line about it in the terminal."""
    log = workshop().folder / FAULTS
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{''.join(traceback.format_exception(error))}\n")
    print(f"redesign lab: a page failed with {type(error).__name__}; the details are in {log}", file=sys.stderr)
