"""What a question's tests need: figures that are sketched, because drawing them is looked at in tests of the report."""

import html

import pytest

from experiments.report import drawing


def sketch(drawn, figure):
    """The least that is a drawing of its own: its title and its text alternative."""
    words = f"<title>{html.escape(drawn.heading)}</title><desc>{html.escape(drawn.alt)}</desc>"
    return f'<svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">\n {words}</svg>'


SKETCHED = {
    "_head": lambda drawn, letters: None,
    "_svg": sketch,
    "_png": lambda figure: b"\x89PNG",
    "narrow": lambda figure: None,
}
DRAWN = {name: getattr(drawing, name) for name in SKETCHED}


@pytest.fixture(scope="module", autouse=True)
def sketched():
    """Pages are written as always, their figures without axes and letters."""
    with pytest.MonkeyPatch.context() as patch:
        for name, quick in SKETCHED.items():
            patch.setattr(drawing, name, quick)
        yield


@pytest.fixture
def figures_drawn(monkeypatch):
    """Figures are drawn after all, for a test that looks at them."""
    for name, real in DRAWN.items():
        monkeypatch.setattr(drawing, name, real)
