"""What the gateway needs of the rest of the server, and what its parts share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from server.accounts import Accounts, Login
from server.gateway.asked import Asked
from server.gateway.limits import Limits
from server.gateway.metrics import Metrics
from server.notes.relay import Relay
from server.papers.shelf import Shelf
from server.protocol.ids import DeviceId, Sha256, Time
from server.protocol.office import Question, Reply
from server.protocol.refusals import Refusal
from server.rooms import Rooms


class Office(Protocol):
    """Answers what desks ask around meetings."""

    async def answer(self, login: Login, question: Question) -> Reply | Refusal:
        """Answer one question of a person who is signed in."""

    def made(self, device: DeviceId, sha256: Sha256) -> Path | None:
        """Return the file made for that device (minutes, record, sheet), or None."""


@dataclass(frozen=True, slots=True)
class Commons:
    """What every connection stands on."""

    accounts: Accounts
    office: Office
    rooms: Rooms
    shelf: Shelf
    notes: Relay
    ca_pem: bytes
    ca_sha256: bytes
    name: str
    """The server's name, as people know it."""
    now: Callable[[], Time]
    random: Callable[[int], bytes]
    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    asked: Asked = field(default_factory=Asked)
