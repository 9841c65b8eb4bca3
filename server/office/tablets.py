"""Questions about devices: codes, approval, ends."""

import asyncio

from server.accounts import Devices, Login, People
from server.addresses import Reach
from server.office.rights import Handlers, served
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal


class Tablets:
    """Answers for the page of devices."""

    def __init__(self, devices: Devices, people: People, reach: Reach) -> None:
        """Stand on the accounts; `reach` goes into the codes."""
        self._devices = devices
        self._people = people
        self._reach = reach
        self.handlers: Handlers = {
            o.IssueCode: self._issue,
            o.ListDevices: self._list,
            o.ApproveDevice: self._approve,
            o.RevokeDevice: self._revoke,
        }

    async def _issue(self, login: Login, asked: o.IssueCode) -> o.Reply | Refusal:
        bodies = served(login, technician=True)
        if asked.person:
            groups = await asyncio.gather(*(self._people.of(body) for body in sorted(bodies)))
            if not any(one.id == asked.person for people in groups for one in people):
                return Refusal(Code.PERSON_UNKNOWN)
        issued = await self._devices.issue(
            bodies, kind=asked.kind, label=asked.label, person=asked.person
        )
        return o.PairingCode(issued.code, self._reach.qr(issued.code), issued.expires_at)

    async def _list(self, login: Login, _asked: o.ListDevices) -> o.Reply:
        return o.Devices(await self._devices.known(served(login, technician=True)))

    async def _approve(self, login: Login, asked: o.ApproveDevice) -> o.Reply | Refusal:
        bodies = served(login, technician=True)
        return await self._devices.approve(bodies, asked.device) or o.Done()

    async def _revoke(self, login: Login, asked: o.RevokeDevice) -> o.Reply | Refusal:
        return await self._devices.revoke(served(login, technician=True), asked.device) or o.Done()
