"""Things to print and to keep: sheets of first PINs, backups."""

import asyncio
import datetime as dt
from collections.abc import Callable

from server import backup
from server.accounts import Devices, Login, People, pairing
from server.accounts.login import DeviceKind
from server.accounts.pins import kind_for
from server.addresses import Reach
from server.folder import Folder
from server.office.made import MadeFiles
from server.office.rights import Handlers, served
from server.press import Press
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.record import sheets


def stamp(now_ms: int) -> str:
    """Return a local time for a file's name: 20250918-160000."""
    return dt.datetime.fromtimestamp(now_ms / 1000).astimezone().strftime("%Y%m%d-%H%M%S")


class Printing:
    """Answers for the buttons that make something."""

    def __init__(
        self,
        *,
        people: People,
        devices: Devices,
        reach: Reach,
        folder: Folder,
        made: MadeFiles,
        press: Press,
        clock: Callable[[], int],
        sheet_days: int,
    ) -> None:
        """Stand on the accounts."""
        self._people = people
        self._devices = devices
        self._reach = reach
        self._folder = folder
        self._made = made
        self._press = press
        self._clock = clock
        self._valid_ms = sheet_days * 24 * 3600 * 1000
        self.handlers: Handlers = {o.PrintSheet: self._print, o.MakeBackup: self._back_up}

    async def _print(self, login: Login, asked: o.PrintSheet) -> o.Reply | Refusal:
        """New first PINs and codes for all who have not chosen their own; older sheets are void."""
        known = await self._people.organizations()
        body = next((one for one in known if one.id == asked.organization), None)
        pins = {one.person: one.pin for one in await self._people.renew_first(asked.organization)}
        people = await self._people.of(asked.organization)
        waiting = [one for one in people if one.id in pins]
        if body is None or not waiting:
            return Refusal(Code.PERSON_UNKNOWN)
        slips = [await self._slip(login, body.name, person, pins[person.id]) for person in waiting]
        data = await self._press.make(sheets.sheet, slips)
        name = f"phieu-dang-nhap-{stamp(self._clock())}.pdf"
        return await self._made.keep(login.device, data, name)

    async def _slip(self, login: Login, body: str, person: o.Person, pin: str) -> sheets.Slip:
        desk = kind_for(person.role) == "passphrase"
        kind: DeviceKind = "desk" if desk else "tablet"
        issued = await self._devices.issue(
            served(login), kind=kind, person=person.id, valid_ms=self._valid_ms
        )
        until = dt.datetime.fromtimestamp(issued.expires_at / 1000).astimezone()
        return sheets.Slip(
            organization=body,
            name=person.name,
            post=person.post,
            seat=person.seat,
            secret=pin,
            passphrase=desk,
            code=pairing.grouped(issued.code),
            qr=self._reach.qr(issued.code),
            until=until.strftime("%d/%m/%Y"),
        )

    async def _back_up(self, _login: Login, _asked: o.MakeBackup) -> o.Reply | Refusal:
        when = stamp(self._clock())
        target = self._folder.backups / f"phienhop-{when}.tar"
        size = await asyncio.to_thread(backup.make, self._folder, target, when)
        if isinstance(size, Refusal):
            return size
        return o.BackupMade(path=str(target), size=size)
