"""Who is summoned when nobody says it person by person, and displays, which see every meeting."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from server.accounts import Login, People
from server.accounts.registry import new_id
from server.protocol.commands import SetRoll
from server.protocol.ids import MaybeId, OrganizationId
from server.protocol.names import name_key
from server.protocol.office import OfficeRole, Person
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Role, RollEntry
from server.rooms import Rooms, actor

_ROLES: Mapping[OfficeRole, Role] = {
    "member": "member",
    "guest": "guest",
    "secretary": "secretary",
    "site": "site",
    "display": "display",
}
"""What a person of the body is in its meetings. A technician is in none."""


class Rolls:
    """Rolls of new meetings, and of those that a new display joins."""

    def __init__(self, people: People, rooms: Rooms) -> None:
        """Stand on the accounts and the rooms."""
        self._people = people
        self._rooms = rooms

    async def fill(
        self, organization: OrganizationId, chair: MaybeId, given: Sequence[RollEntry]
    ) -> tuple[RollEntry, ...] | Refusal:
        """Return the roll of a new meeting: as given, or else everybody of the body.

        `chair` presides and must be on it as a member or chair. When nobody is said to preside, the
        first member does, by seat; officers name another at any time. Displays of the body are
        added.
        """
        people = await self._people.of(organization)
        displays = _entries(await self._people.displays(organization))
        roll = list(given) or _entries(sorted(people, key=_by_seat))
        if not chair and all(one.role != "chair" for one in roll):
            chair = next((one.person for one in roll if one.role == "member"), "")
        if chair:
            place = next((at for at, one in enumerate(roll) if one.person == chair), None)
            if place is None or roll[place].role not in ("member", "chair"):
                return Refusal(Code.PERSON_NOT_ON_ROLL, {"person": chair})
            roll[place] = replace(roll[place], role="chair", ballots=True)
        known = {one.person for one in roll}
        return (*roll, *(one for one in displays if one.person not in known))

    async def show_displays(self) -> None:
        """Put displays that are new on the rolls of meetings which have not ended."""
        bodies = [one.id for one in await self._people.organizations()]
        office = _office(dict.fromkeys(bodies, "secretary"))
        for card in self._rooms.cards(office):
            displays = _entries(await self._people.displays(card.organization.id))
            room = await self._rooms.open(card.room)
            if room is None or room.state.phase == "closed":
                continue
            new = [one for one in displays if one.person not in room.state.roll]
            if new:
                entries = (*room.state.roll.values(), *new)
                await room.ask(actor(office, card.organization.id), new_id(), SetRoll(entries))


def _office(organizations: Mapping[OrganizationId, OfficeRole]) -> Login:
    """Nobody in particular, acting for every body: a display needs no secretary to be seen by."""
    return Login("", "", "", "", "", "desk", must_change=False, organizations=organizations)


def _by_seat(person: Person) -> tuple[object, ...]:
    """Seats in the order of their numbers, then those without a seat by given name."""
    seat = person.seat
    number = int(seat) if seat.isascii() and seat.isdigit() else 10**6
    return (not seat, number, seat, name_key(person.name))


def _entries(people: Iterable[Person]) -> list[RollEntry]:
    return [
        RollEntry(
            person=one.id,
            name=one.name,
            role=_ROLES[one.role],
            post=one.post,
            seat=one.seat,
            ballots=one.role == "member",
        )
        for one in people
        if one.role in _ROLES
    ]
