"""Where pupils open the lab: an address without the lab's token, and whether anybody but this computer can reach it."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from experiments.questions.lab.question import TOKEN, address_of
from experiments.text.addresses import is_loopback

CLASS, SEAT, SCREEN = "class", "seat", "screen"
"""What addresses call the code, a pupil's seat, and the code on the projector's page."""
FOR_GUESTS = (CLASS, SEAT, SCREEN)
EVERYWHERE = ("0.0.0.0", "::", "")
OUTSIDE = ("192.0.2.1", 9)
"""An address that no machine has: a way to it is looked up, and nothing is sent."""
OPEN_TO_ALL = "redesign lab address=0.0.0.0"


@dataclass(frozen=True)
class JoinAddress:
    """Where pupils go.

    Attributes:
        base: the page, without anything of the teacher's; empty where this computer's address is not known.
        is_here_only: whether only this computer can open it.
        has_token: whether the lab itself opens only with its token.
    """

    base: str
    is_here_only: bool
    has_token: bool

    @property
    def typed(self) -> str:
        """What pupils type; a lab without a token would else show itself to them."""
        return self.base if self.has_token else f"{self.base}?{CLASS}="

    def link(self, code: str) -> str:
        """The same with the code in it."""
        return f"{self.base}?{urlencode({CLASS: code})}"


def join_address(told: Mapping[str, Any], find: Callable[[], str] | None = None) -> JoinAddress:
    """The address for pupils of a lab that was started with these settings.

    Args:
        told: the lab's settings.
        find: this computer's address in its network; the system's own answer where there is none.
    """
    address, port = str(told["address"]), int(told["port"])
    host = (find or own_address)() if address in EVERYWHERE else address
    return JoinAddress(address_of(host, port, "") if host else "", is_loopback(host), bool(told[TOKEN]))


def own_address() -> str:
    """This computer's address in the network it is in; empty where it is in none. Nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(OUTSIDE)
        except OSError:
            return ""
        return str(way.getsockname()[0])
