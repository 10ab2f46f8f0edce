"""What a question's tests need: figures that are sketched, because drawing them is looked at in tests of the report."""

import html

import pytest

from experiments.report import drawing


def sketch(drawn, figure):
    """The least that is a drawing of its own: its title and its text alternative."""
    words = f"<title>{html.escape(drawn.heading)}</title><desc>{html.escape(drawn.alt)}</desc>"
    return f'<svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">\n {words}</svg>'


@pytest.fixture(scope="module", autouse=True)
def sketched(request):
    """Pages are written as always, their figures without axes and letters; a module with DRAWN = True has them drawn."""
    with pytest.MonkeyPatch.context() as patch:
        if not getattr(request.module, "DRAWN", False):
            patch.setattr(drawing, "_head", lambda drawn, letters: None)
            patch.setattr(drawing, "_svg", sketch)
            patch.setattr(drawing, "_png", lambda figure: b"\x89PNG")
            patch.setattr(drawing, "narrow", lambda figure: None)
        yield
