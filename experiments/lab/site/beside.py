"""Serves the site that `make site` built beside the lab's page: under the lab's token, read only, and cut off from the page."""

import hmac
import json
import os
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from experiments.questions.lab.question import HOME, SETTINGS, TOKEN

WHERE, OPEN = "site", "open"
"""What addresses of the site begin with, and what stands in them for a token where the lab has none."""
HEADERS = {
    "Content-Security-Policy": "sandbox allow-scripts allow-downloads allow-modals allow-popups",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What a browser may do for a page besides what the page's own policy says: nothing in the name of the lab, whose token is
in the address, and nobody to whom a link leads is told that address."""


class Site(StaticFiles):
    """The files of one folder, for whoever knows the token; nothing outside it, and no lists of what is in it."""

    def __init__(self, folder: str, token: str) -> None:
        super().__init__(directory=folder)
        self.token = token.encode()

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file whose address begins with the token."""
        given, _, rest = path.partition(os.sep)
        if not hmac.compare_digest(given.encode(errors="replace"), self.token):
            raise HTTPException(404)
        response = await super().get_response(rest, scope)
        response.headers.update(HEADERS)
        return response


def routes(told: Mapping[str, Any]) -> list[BaseRoute]:
    """Where the server finds the site besides the page; nothing where none was built.

    Args:
        told: the lab's settings, as the server is told them.
    """
    folder = told.get("site")
    return [Mount(f"/{WHERE}", Site(folder, told[TOKEN] or OPEN))] if folder else []


def address() -> str:
    """Where the site begins; empty where none is served."""
    told = json.loads(os.environ[SETTINGS])
    return f"/{WHERE}/{told[TOKEN] or OPEN}/{HOME}" if told.get("site") else ""
