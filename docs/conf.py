"""How Sphinx makes a searchable site of these pages and of every docstring: `make docs`."""

import html
import json
import sys
from importlib.metadata import version as version_of
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

project = "Redesign"
author = "The Redesign authors"
version = release = version_of("redesign")
root_doc = "docs/index"
extensions = ["myst_parser", "sphinx.ext.apidoc", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown", ".ipynb": "markdown", ".rst": "restructuredtext"}
include_patterns = [
    "*.md",
    "docs/*.md",
    "docs/**/*.md",
    "benchmarks/*.md",
    "docs/index.rst",
    "docs/notebooks/*.ipynb",
    "build/api/**",
]
exclude_patterns = ["docs/reference/*.head.md", "build/api/*/modules.rst"]
html_theme = "furo"
html_title = "Redesign"
html_show_copyright = html_show_sphinx = False
suppress_warnings = [
    "misc.highlighting_failure",
    "docutils",
    "ref.python",
]  # Pygments knows no CSV; docstrings are plain English
napoleon_use_ivar = True
myst_heading_anchors = 4
myst_links_external_new_tab = False
apidoc_modules = [
    {"path": f"../{package}", "destination": f"build/api/{package}", "separate_modules": True, "module_first": True}
    | {"exclude_patterns": ["**/__main__.py", "../experiments/lab/page.py"], "automodule_options": {"members"}}
    for package in ("redesign", "simulation", "experiments")
]
autodoc_typehints = "none"
default_role = "code"
add_module_names = False


def cell_as_markdown(cell: dict) -> str:
    """A cell of a notebook with what it printed, returned and drew."""
    text = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return text
    parts = [f"```python\n{text}\n```"]
    for output in cell["outputs"]:
        data = output.get("data", {})
        if "image/png" in data:
            parts.append(
                f'<img alt="The figure drawn by the cell" src="data:image/png;base64,{data["image/png"].strip()}">'
            )
        elif "text/html" in data:
            parts.append(f'```{{raw}} html\n<div style="overflow: auto">{"".join(data["text/html"])}</div>\n```')
        else:
            said = "".join(output.get("text") or data.get("text/plain") or "")
            parts.append(f'<pre style="overflow: auto">{html.escape(said)}</pre>')
    return "\n\n".join(parts)


def notebook_as_markdown(app, docname: str, source: list[str]) -> None:
    """Lets Sphinx read a notebook as a page."""
    if app.env.doc2path(docname).suffix == ".ipynb":
        source[0] = "\n\n".join(map(cell_as_markdown, json.loads(source[0])["cells"]))


def setup(app) -> None:
    """Tells Sphinx of notebooks."""
    app.connect("source-read", notebook_as_markdown)
