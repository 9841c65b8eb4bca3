"""Who is at the other end of a connection, from a stranger to a person who is signed in."""

import asyncio
from dataclasses import dataclass, field

from server.accounts import DeviceRow, Login
from server.gateway.line import Line
from server.protocol.frames import Meetings
from server.protocol.ids import MaybeId
from server.protocol.office import MeetingCard


@dataclass(eq=False, slots=True)
class Caller:
    """One connection and what is known of it."""

    line: Line
    path: str
    nonce: str
    waiting: MaybeId = ""
    """The device that paired on this line and waits for approval."""
    device: DeviceRow | None = None
    login: Login | None = None
    cards: tuple[MeetingCard, ...] = ()
    tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def tell_meetings(self, cards: tuple[MeetingCard, ...], *, always: bool = False) -> None:
        """Send the person's meetings when they are not those that were sent last."""
        if always or cards != self.cards:
            self.cards = cards
            self.line.send(Meetings(cards))
