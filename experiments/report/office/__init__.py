"""The brief for those who go on writing in it or speak from it: a Word document and slides, of the words of its page."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

KINDS = {".docx": "document", ".pptx": "slides"}
"""What is written, and the module that does."""
HOW = "pip install 'redesign[office]'"


def office_files(told: Mapping[str, Any]) -> dict[str, bytes]:
    """The brief as a document and as slides, by the ending of their names; nothing where the extra `office` is missing.

    Args:
        told: what the first page tells, as its template takes it.
    """
    try:
        modules = {kind: import_module(f"{__name__}.{name}") for kind, name in KINDS.items()}
    except ImportError:
        return {}
    return {kind: module.written(told) for kind, module in modules.items()}
