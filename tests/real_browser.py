"""Debian's Chromium, as the tests of pages drive it: visitors who come one after another, and what a checker of access finds."""

import shutil

import pytest

playwright = pytest.importorskip(
    "playwright.sync_api", reason="the pages are driven by Playwright: pip install playwright"
)
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
IN_A_BROWSER = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no browser here: apt-get install chromium"),
]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 180_000  # milliseconds: the machine may be busy with other tests
PHONE, PROJECTOR = {"width": 390, "height": 844}, {"width": 1920, "height": 1080}


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visits:
    """Pages opened by somebody new each time: every address that they asked for, and everything that went wrong on them."""

    def __init__(self, chromium):
        self._chromium = chromium
        self.contexts, self.asked, self.page_errors, self.console_errors = [], [], [], []

    def page(self, viewport=PROJECTOR, **more):
        context = self._chromium.new_context(viewport=viewport, **more)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        context.on("request", lambda request: self.asked.append(request.url))
        page = context.new_page()
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        page.on("console", self._heard)
        return page

    def _heard(self, message):
        if message.type == "error":
            self.console_errors.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for context in self.contexts:
            context.close()


def serious(page, tags=()):
    """What a checker of accessibility finds that keeps somebody out, and what breaks a rule of these tags whoever it hinders."""
    found = axe.Axe().run(page).response["violations"]
    return [
        (each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in ("serious", "critical") or set(tags) & set(each["tags"])
    ]
