"""People and meetings from files, by the same rules as from the desk."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from server import people_csv
from server.accounts import Accounts, People
from server.accounts.registry import new_id
from server.core.roles import Actor
from server.meeting_folder import ItemPlan, MeetingPlan, PaperPlan, milliseconds, read
from server.office.rolls import Rolls
from server.papers.shelf import Shelf
from server.protocol.codec import decode_server
from server.protocol.commands import (
    AddItem,
    Change,
    CreateMeeting,
    Draft,
    FilePaper,
    PublishChanges,
)
from server.protocol.frames import Refused
from server.protocol.ids import MeetingId, OrganizationId, PersonId
from server.protocol.office import FirstPin, Person
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File, Organization
from server.rooms import Rooms

Pins = tuple[FirstPin, ...]
LeaveOut = Callable[[str, Refusal], None]
"""Told the name of a file that was refused, and why."""


class Importer:
    """Imports into one server's data while nobody else has it."""

    def __init__(self, accounts: Accounts, rooms: Rooms, shelf: Shelf) -> None:
        """Stand on the parts that the desk's questions stand on."""
        self._people = People(accounts.registry)
        self._rooms = rooms
        self._rolls = Rolls(self._people, rooms)
        self._shelf = shelf

    # ---- people ----------------------------------------------------------------------------------

    async def people(self, file: Path, organization: str) -> Pins | Refusal:
        """Import a table of people into the body of that name; makes the body when it is new.

        Without a name there must be exactly one body. Returns first PINs of those who got one.
        """
        text = _text(file)
        if isinstance(text, Refusal):
            return text
        body = await self._body(organization)
        if isinstance(body, Refusal):
            return body
        people = people_csv.parse(text, await self._people.of(body.id))
        if isinstance(people, Refusal):
            return people
        refusal = await self._make(body)
        return refusal or await self._people.put(body.id, people)

    async def _body(self, named: str) -> Organization | Refusal:
        known = await self._people.organizations()
        if not named:
            return known[0] if len(known) == 1 else Refusal(Code.ORGANIZATION_UNKNOWN)
        found = next((one for one in known if named in (one.id, one.name)), None)
        return found or Organization(_slug(named), named)

    async def _make(self, body: Organization) -> Refusal | None:
        known = await self._people.organizations()
        if any(one.id == body.id for one in known):
            return None
        return await self._people.add_organization(body, None, frozenset())

    # ---- a meeting -------------------------------------------------------------------------------

    async def meeting(
        self, folder: Path, leave_out: LeaveOut | None = None
    ) -> tuple[MeetingId, Pins] | Refusal:
        """Import a folder: body and people if they are new, papers through intake, agenda 1.

        A paper that is refused stops the import before the meeting exists; `file` names it. With
        `leave_out`, it stays out of the meeting instead, and `leave_out` is told.
        """
        plan = read(folder)
        if isinstance(plan, Refusal):
            return plan
        pins = await self._prepare(folder, plan)
        if isinstance(pins, Refusal):
            return pins
        people = _by_name(await self._people.of(plan.organization.id))
        drafts = await self._drafts(folder, plan, people, leave_out)
        if isinstance(drafts, Refusal):
            return drafts
        refusal = await self._create(plan, people, drafts)
        return refusal or (plan.id, pins)

    async def _prepare(self, folder: Path, plan: MeetingPlan) -> Pins | Refusal:
        refusal = await self._make(plan.organization)
        if refusal is not None or not plan.people:
            return refusal or ()
        return await self.people(folder / plan.people, plan.organization.id)

    async def _drafts(
        self,
        folder: Path,
        plan: MeetingPlan,
        people: Mapping[str, Person],
        leave_out: LeaveOut | None,
    ) -> list[Draft] | Refusal:
        drafts: list[Draft] = []
        for place, item in enumerate(plan.items):
            guests = _ids(item.guests, people)
            if isinstance(guests, Refusal):
                return guests
            added = _item(item, place, guests)
            drafts.append(Draft(new_id(), added))
            for paper in item.papers:
                change = await self._paper(folder, plan.organization.id, added.item, paper)
                if not isinstance(change, Refusal):
                    drafts.append(Draft(new_id(), change))
                elif leave_out is None:
                    return change
                else:
                    leave_out(paper.file, change)
        return drafts

    async def _paper(
        self, folder: Path, body: OrganizationId, item: str, paper: PaperPlan
    ) -> Change | Refusal:
        file: File | None = None
        if paper.file:
            taken = await self._shelf.file(folder / paper.file)
            if isinstance(taken, Refusal):
                return Refusal(taken.code, {**taken.params, "file": paper.file})
            file = File(
                taken.view_sha256,
                taken.original_sha256,
                taken.pages,
                taken.view_bytes,
                Path(paper.file).name,
            )
            await self._rooms.files.add(body, file)
        return FilePaper(
            item=item,
            paper=new_id(),
            title=paper.title,
            kind=paper.kind,
            symbol=paper.symbol,
            classification=paper.classification,
            audience=paper.audience,
            file=file,
            copies=paper.copies,
        )

    async def _create(
        self, plan: MeetingPlan, people: Mapping[str, Person], drafts: Sequence[Draft]
    ) -> Refusal | None:
        chair = _ids((plan.chair,) if plan.chair else (), people)
        if isinstance(chair, Refusal):
            return chair
        roll = await self._rolls.fill(plan.organization.id, "".join(chair), ())
        if isinstance(roll, Refusal):
            return roll
        command = CreateMeeting(
            title=plan.title,
            ordinal=plan.ordinal,
            place=plan.place,
            starts_at=milliseconds(plan.starts),
            ends_at=milliseconds(plan.ends),
            roll=roll,
        )
        secretary = next((one.id for one in people.values() if one.role == "secretary"), "")
        who = Actor(secretary, secretary=True)
        room = await self._rooms.create(plan.id, plan.organization, command, who)
        if isinstance(room, Refusal):
            return room
        answer = decode_server(await room.ask(who, new_id(), PublishChanges(tuple(drafts))))
        return answer.refusal if isinstance(answer, Refused) else None


def _item(item: ItemPlan, place: int, guests: tuple[PersonId, ...]) -> AddItem:
    return AddItem(
        item=new_id(),
        position=place,
        title=item.title,
        short_title=item.short_title or item.title[:20].rstrip(),
        minutes=item.minutes,
        presenter=item.presenter,
        form=item.form,
        guests=guests,
        sites=item.sites,
    )


def _by_name(people: Sequence[Person]) -> dict[str, Person]:
    return {one.name: one for one in people}


def _ids(names: Sequence[str], people: Mapping[str, Person]) -> tuple[PersonId, ...] | Refusal:
    found: list[PersonId] = []
    for name in names:
        clean = " ".join(unicodedata.normalize("NFC", name).split())
        if clean not in people:
            return Refusal(Code.PERSON_UNKNOWN, {"name": name})
        found.append(people[clean].id)
    return tuple(found)


def _text(file: Path) -> str | Refusal:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Refusal(Code.FILE_NOT_FOUND, {"name": str(file)})
    except UnicodeDecodeError:
        return Refusal(Code.CSV_INVALID, {"row": 1, "reason": "UTF-8"})


def _slug(name: str) -> str:
    """Return an identifier that reads like the name: ban-thuong-vu-tinh-uy-x."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")[:64] or (
        new_id()
    )
