"""A server, a desk and tablets that are all our own, for tests over real sockets and files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pymupdf
import pytest

from client.device.enrolment import FirstDesk
from client.device.pinlock import Cost
from client.headless import Headless
from server.accounts import Devices
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.state import File, Role, RollEntry, Rule
from tests.house import BODY, WORD, House, open_house

QUICK = Cost(passes=1, lanes=1, kibibytes=64)
ROOM = "m1"


class Hall:
    """A server, a desk that is our own client, and tablets that come and go."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.folder = folder
        self.desk: Headless

    @property
    def address(self) -> str:
        return f"localhost:{self.house.port}"

    async def first_desk(self, desk: Headless) -> None:
        code = self.house.accounts.desk_code or ""
        desk.station.pair(self.address, code, FirstDesk(BODY, "Trần Thị Mai", WORD))
        state = await desk.until(lambda state: state.line == "connected" and state.seats)
        await desk.sign_in(state.seats[0].person, WORD)
        await desk.ask(o.ListOrganizations())
        self.desk = desk

    async def meeting(self, people: list[str]) -> None:
        secretary = self.desk.state.login
        assert secretary is not None
        roll = [RollEntry(secretary.person, secretary.name, "secretary")]
        for number, person in enumerate(people):
            role: Role = "member" if number else "chair"
            roll.append(RollEntry(person, f"Đại biểu {person}", role, ballots=True))
        made = o.MakeMeeting(BODY.id, ROOM, "Kỳ họp thứ 9", roll=tuple(roll))
        assert await self.desk.ask(made) == o.MeetingMade(ROOM)
        await self.desk.joined(ROOM)
        self.desk.enter(ROOM)

    def tablet(self, person: str) -> Headless:
        return Headless(self.folder / person, device_name=f"Máy {person}", pin_cost=QUICK)

    async def code(self) -> str:
        devices = Devices(self.house.accounts.registry)
        return (await devices.issue(frozenset({BODY.id}), approved=True)).code

    def scanned(self, code: o.PairingCode) -> str:
        """The QR with the port that this test's server was given by the system."""
        word, hosts, _, ca, secret = code.qr.split()
        return f"{word} {hosts} {self.house.port} {ca} {secret}"

    async def enrol(self, tablet: Headless, person: str) -> None:
        await tablet.pair(self.address, await self.code())
        await tablet.sign_in(person, self.house.pins[person])
        await tablet.joined(ROOM)

    async def publish(self, *changes: c.Change) -> None:
        drafts = tuple(c.Draft(f"c{id(one)}", one) for one in changes)
        await self.desk.do(c.PublishChanges(drafts), ROOM)

    async def paper(self, name: str, pages: int = 2) -> File:
        path = self.folder / f"{name}.pdf"
        path.write_bytes(pdf(name, pages))
        file = await self.desk.station.upload(path, BODY.id)
        assert isinstance(file, File), file
        return file

    async def poll(self, poll: str, *present: str) -> None:
        """Open a poll on item i1 with these members present."""
        await self.desk.do(c.MarkAttendance(dict.fromkeys(present, "present")), ROOM)
        if self.desk.state.rooms[ROOM].state.phase == "prepared":
            await self.desk.do(c.StartMeeting(), ROOM)
            await self.desk.do(c.TakeUpItem("i1"), ROOM)
        rule = Rule(quorum_blocks=False)
        await self.desk.do(c.PreparePoll(poll, "i1", "Đồng ý không?", rule), ROOM)
        await self.desk.do(c.OpenPoll(poll), ROOM)


def pdf(text: str, pages: int) -> bytes:
    with pymupdf.open() as document:
        for page in range(pages):
            document.new_page().insert_text((72, 72), f"{text} {page}")
        return bytes(document.tobytes())


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """An empty server whose first desk is open, with three members and a meeting of one item."""
    async with open_house(tmp_path / "server") as house:
        hall = Hall(house, tmp_path / "devices")
        async with Headless(tmp_path / "devices" / "desk", kind="desk") as desk:
            await hall.first_desk(desk)
            await hall.meeting(await house.people(3))
            item = c.AddItem("i1", 0, "Tờ trình", "Tờ trình", form="open")
            await hall.publish(item)
            yield hall


async def reopened(hall: Hall, port: int) -> None:
    """Listen again on the same port with the same rooms, as a server does after a break."""
    import datetime as dt

    from server.certificates import Certificates
    from server.gateway import Gateway

    now = dt.datetime.now(dt.UTC)
    tls = Certificates.open(hall.house.folder / "tls", now).server_context(["localhost"], now)
    hall.house.gateway = Gateway(hall.house.commons)
    await hall.house.gateway.start("localhost", port, tls)
