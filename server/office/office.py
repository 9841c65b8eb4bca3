"""One answer for each question of the desk."""

from collections.abc import Callable
from pathlib import Path

from server.accounts import Accounts, Devices, Login, People
from server.addresses import Reach
from server.database import NotRecorded
from server.folder import Folder, unusable
from server.office.bodies import Bodies
from server.office.made import MadeFiles
from server.office.meetings import Meetings
from server.office.printing import Printing
from server.office.records import Records
from server.office.rights import Handler, refuse
from server.office.rolls import Rolls
from server.office.rulebook import Rulebooks
from server.office.scans import ScanPages
from server.office.tablets import Tablets
from server.papers.ocr import Scans
from server.press import Press
from server.protocol import office as o
from server.protocol.ids import DeviceId, Sha256
from server.protocol.refusals import Code, Refusal
from server.rooms import Rooms

TECHNICIAN = (o.IssueCode, o.ListDevices, o.ApproveDevice, o.RevokeDevice, o.MakeBackup)
"""What somebody may ask who keeps the devices and sees no content."""
OWN = (o.ProveBallots, o.MeetingRules)
"""What is not asked as a body's secretary: of themselves by everyone on the roll, and by whoever
presides in a meeting."""


class Office:
    """The desk's questions, for `server.gateway`."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        rooms: Rooms,
        reach: Reach,
        folder: Folder,
        press: Press,
        clock: Callable[[], int],
        sheet_days: int = 14,
        scans: Scans | None = None,
    ) -> None:
        """Put the parts together; empties the folder of made files. Raises OSError."""
        people, devices = People(accounts.registry), Devices(accounts.registry)
        self._rooms = rooms
        self._folder = folder
        self._made = MadeFiles(folder.made)
        rolls = Rolls(people, rooms)
        rulebooks = Rulebooks(accounts.registry.database)
        meetings = Meetings(
            people=people,
            rooms=rooms,
            rolls=rolls,
            rulebooks=rulebooks,
            made=self._made,
            press=press,
            papers=folder.papers,
        )
        accounts.registry.on_display = rolls.show_displays
        printing = Printing(
            people=people,
            devices=devices,
            reach=reach,
            folder=folder,
            made=self._made,
            press=press,
            clock=clock,
            sheet_days=sheet_days,
        )
        self._handlers: dict[type, Handler] = {
            **Bodies(people).handlers,
            **Tablets(devices, people, reach).handlers,
            **meetings.handlers,
            **rulebooks.handlers,
            **Records(rooms=rooms, made=self._made, press=press).handlers,
            **printing.handlers,
            **(ScanPages(rooms, scans).handlers if scans is not None else {}),
        }

    async def answer(self, login: Login, question: o.Question) -> o.Reply | Refusal:
        """Answer one question, or refuse: `not_allowed`, `room_unknown`, `not_recorded`."""
        if login.must_change:
            return Refusal(Code.MUST_CHANGE_PIN)
        technician, own = isinstance(question, TECHNICIAN), isinstance(question, OWN)
        refusal = refuse(self._rooms, login, question, technician=technician, own=own)
        if refusal is not None:
            return refusal
        try:
            return await self._handlers[type(question)](login, question)
        except NotRecorded:
            return Refusal(Code.NOT_RECORDED)
        except OSError as fault:
            return unusable(fault, str(self._folder.root))

    def made(self, device: DeviceId, sha256: Sha256) -> Path | None:
        """Return the file made for that device, or None: a hash is not a permission."""
        return self._made.path(device, sha256)
