"""Who may ask what. A secretary: for the own bodies. A technician: devices and backups only."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from server.accounts import Login
from server.protocol.ids import OrganizationId
from server.protocol.office import Question, Reply
from server.protocol.refusals import Code, Refusal
from server.rooms import Rooms, serves

Handler = Callable[[Login, Any], Awaitable[Reply | Refusal]]
Handlers = Mapping[type[Question], Handler]


def served(login: Login, *, technician: bool = False) -> frozenset[OrganizationId]:
    """Return the bodies that the person is a secretary of, or keeps the devices of."""
    wanted = {"secretary", "technician"} if technician else {"secretary"}
    return frozenset(body for body, role in login.organizations.items() if role in wanted)


def refuse(
    rooms: Rooms, login: Login, question: Question, *, technician: bool, own: bool = False
) -> Refusal | None:
    """Return why the person may not ask this, or None. `own`: it is about the asking person."""
    organization = getattr(question, "organization", None)
    room = getattr(question, "room", None)
    if isinstance(organization, str):
        return None if serves(login, organization) else Refusal(Code.NOT_ALLOWED)
    if isinstance(room, str):
        return _of_room(rooms, login, room, own=own)
    return None if served(login, technician=technician) else Refusal(Code.NOT_ALLOWED)


def _of_room(rooms: Rooms, login: Login, room: str, *, own: bool) -> Refusal | None:
    """Somebody who may not see a meeting is not told that there is one."""
    card = next((one for one in rooms.cards(login) if one.room == room), None)
    if card is None:
        return Refusal(Code.ROOM_UNKNOWN, {"room": room})
    return None if own or serves(login, card.organization.id) else Refusal(Code.NOT_ALLOWED)
