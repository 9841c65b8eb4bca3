"""Story B: an Executive Committee's conference, 53 members of whom 50 come, 12 sites, 75 tablets.

The chair, one member, the desk and the display are windows played by touches and keys; the other
tablets are programs over the same sockets. All tablets reach the server through the room's access
point, which restarts while ballots are cast.
"""

import asyncio
import functools
import zipfile
from pathlib import Path
from typing import Any

from client.demo import acts
from client.demo import people_b as who
from client.demo.access_point import AccessPoint
from client.demo.crowd import Crowd
from client.demo.election import Election
from client.demo.folder import prepare
from client.demo.marking import Marking
from client.demo.processes import PATIENCE, StoryStopped, Window, phienhop
from client.demo.stage import PIN, TABLET, Stage
from client.demo.summary import read_record
from server.protocol.ids import PersonId
from server.protocol.state import Choice

ROOM = "bch13"
REPORT, DRAFT, RESOLUTION = "Báo cáo năm 2025", "Dự thảo Nghị quyết", "Nghị quyết 2026"
MIDDLE, LAST = 41, 82
"""Pages of the report that are shown to everybody."""
CALLED = 10
GONE_SECONDS = 2.0
"""How long the access point is away."""
IN_BEFORE = 24
"""Ballots that are in when it goes."""


class StoryB:
    """The performance of the story on a stage."""

    def __init__(self, stage: Stage, samples: Path) -> None:
        self.stage = stage
        self.folder = prepare(samples, stage.work / "meeting")
        self.people = who.people(self.folder)
        self.point: AccessPoint
        self.crowd: Crowd
        self.election: Election
        self.desk: Window
        self.display: Window
        self.chair: Window
        self.member: Window
        self.marking: Marking
        self.facts: dict[str, Any] = {}
        self.minutes: Path
        self.record: Path

    async def play(self) -> None:
        """Play everything, from the folder to the closing of the meeting."""
        stage = self.stage
        stage.say("The office imports the conference: 53 members, 12 sites, a report of 82 pages")
        await stage.import_meeting(self.folder)
        await self._arrive()
        stage.say("Roll call: 50 of 53; the conference opens and adopts its agenda")
        await self._open()
        stage.say("Item 1: everybody reads the report with the presenter")
        await self._read_together()
        stage.say("Item 3: 14 ask for the floor, 10 speak")
        await self._discuss()
        stage.say("13:25: version 2 replaces a draft on which somebody has written")
        await self._replace()
        stage.say("Item 4: the four who were not called write to the secretary")
        await self._written()
        stage.say("48 for, 1 against, 1 other; the access point restarts in between")
        await self._resolution()
        stage.say("Item 5: by-election on paper; two counts that have to agree")
        await self._by_election()
        stage.say("Item 6: the conference closes; minutes, records, dossier")
        await self._close()

    def tablets(self) -> list[Path]:
        """Return the folders of all tablets."""
        windows = [one.folder for one in (self.chair, self.member)]
        return windows + self.crowd.folders

    def more(self) -> dict[str, Any]:
        """Return what the summary tells of this story besides."""
        signed_in = len(self.crowd.members) + 2
        state = read_record(self.record)
        agreed = [one for one in state.acknowledged.values() if one.version == state.agenda_version]
        return {
            "tablets": {"connected": self.facts["connected"], "windows": len(self.stage.windows)},
            "agenda": {
                "version": state.agenda_version,
                "acknowledged": len(agreed),
                "expected": signed_in,
            },
            "read_together": self.facts["read_together"],
            "floor": self.facts["floor"],
            "comments": {
                "sent": len(state.comments),
                "instead": sum(one.instead for one in state.comments.values()),
                "in_minutes": sum(one.taken_at > 0 for one in state.comments.values()),
            },
            "notes": self.facts["notes"],
            "restart": self.facts["restart"],
            **self.facts["files"],
        }

    # ---- coming in -------------------------------------------------------------------------------

    async def _arrive(self) -> None:
        stage = self.stage
        self.point = AccessPoint(stage.server.port)
        await self.point.start()
        stage.stack.push_async_callback(self.point.stop)
        self.crowd = Crowd(stage.work / "company", ROOM, stage.stack)
        named = [one for one, (role, _) in self.people.items() if role != "secretary"]
        codes = dict(zip(named, await stage.server.codes("tablet", named), strict=True))
        desks = await stage.server.codes("desk", [who.SECRETARY, who.SECOND])
        display = (await stage.server.codes("display"))[0]
        loose = [*who.TABLE, *who.RESERVE]
        ready = {name: (await stage.server.codes("tablet"))[0] for name in loose}
        ready[f"Ghế {self.people[who.ABSENT][1]}"] = codes[who.ABSENT]
        stage.say(f"Desk, display, two tablets in windows; {len(named) + len(loose) - 2} without")
        self.desk, self.display, self.chair, self.member = await asyncio.gather(
            stage.window("desk", "desk", desks[0]),
            stage.window("display", "display", display),
            self._tablet(who.CHAIR, codes[who.CHAIR]),
            self._tablet(who.MEMBER, codes[who.MEMBER]),
        )
        self.election = Election(stage, self.crowd, ROOM)
        seated = {
            stage.ids[name]: (self.people[name][1], codes[name], stage.pins[name])
            for name in named
            if name not in {who.CHAIR, who.MEMBER, who.ABSENT}
        }
        await stage.all(
            self.crowd.arrive(self.point.address, seated, PIN),
            self.crowd.lay_out(self.point.address, ready),
            acts.sign_in(stage, self.member, who.MEMBER),
            acts.sign_in(stage, self.chair, who.CHAIR),
            acts.sign_in_desk(stage, self.desk, who.SECRETARY),
            self.election.arrive(desks[1]),
        )
        await self.crowd.papers()
        self.facts["connected"] = self.crowd.connected() + 2

    async def _tablet(self, name: str, code: str) -> Window:
        """Open a tablet's window behind the access point."""
        stage, seat = self.stage, self.people[name][1]
        window = Window(seat, "tablet", stage.work / seat, TABLET, stage.pace)
        await window.open(self.point.address, code)
        stage.windows[seat] = window
        stage.stack.push_async_callback(window.close)
        return window

    # ---- the conference --------------------------------------------------------------------------

    async def _open(self) -> None:
        desk = self.desk
        await desk.tap("Điểm danh")
        await desk.tap("Có mặt tất cả")
        await self.stage.shot(desk, "b-desk-roll")
        await desk.tap("Chương trình")
        absent = {**dict.fromkeys(who.AT_HOME, "Vắng có lý do"), who.ABSENT: "Vắng không lý do"}
        for name, words in absent.items():
            await desk.tap(self.people[name][1])
            await desk.tap(words)
            if name in who.AT_HOME:
                await desk.fill("Lý do", who.AT_HOME[name])
            await desk.tap("Ghi điểm danh")
            await desk.gone("Ghi điểm danh")
        await desk.sees("50/53")
        for window in (self.chair, self.member):
            await acts.enter(window)
        await self.chair.tap("Khai mạc")
        await self.chair.sees("Khai mạc hội nghị?")
        await self.chair.tap("Khai mạc")
        await self.chair.gone("Khai mạc hội nghị?")
        await acts.take_up(self.chair, 0)
        await self._along()
        await self._vote({}, "Tán thành")

    async def _along(self) -> None:
        await acts.follow_on(self.member)

    async def _vote(self, differ: dict[PersonId, Choice], words: str) -> None:
        """Everybody present answers at the tablet, and the result is published."""
        await acts.ask(self.chair)
        poll = await self.crowd.polled()
        await self.stage.all(
            self.crowd.cast(poll, {one: differ.get(one, "for") for one in self._voters()}, 0),
            *(acts.cast(window, words) for window in (self.chair, self.member)),
        )
        await acts.close_and_publish(self.chair)
        await self.member.sees("Danh sách phiếu")
        await acts.back(self.chair, self.member)

    def _voters(self) -> list[PersonId]:
        """Members who are here, without those at the windows."""
        away = {who.CHAIR, who.MEMBER, who.ABSENT, *who.AT_HOME}
        names = [name for name, (role, _) in self.people.items() if role == "member"]
        return [self.stage.ids[name] for name in names if name not in away]

    async def _read_together(self) -> None:
        stage = self.stage
        await acts.take_up(self.chair, 1)
        await self._along()
        for window in (self.chair, self.member):
            await window.tap(REPORT)
        await acts.page(stage, self.chair, MIDDLE)
        await self.chair.tap("Trình chiếu trang này")
        await self.member.tap("Theo người trình bày")
        await self.member.sees(f"Đang theo trang {MIDDLE}")
        everybody = list(self.crowd.members)
        await self.crowd.shown(MIDDLE, everybody)
        await acts.page(stage, self.chair, LAST)
        await self.member.sees(f"Đang theo trang {LAST}")
        await self.crowd.shown(LAST, everybody)
        await stage.shot(self.member, "b-report")
        await stage.shot(self.display, "b-display-report")
        self.facts["read_together"] = {"pages": LAST, "tablets": len(everybody) + 2}

    async def _discuss(self) -> None:
        stage = self.stage
        await acts.take_up(self.chair, 2)
        await acts.take_up(self.chair, 3)
        await self._along()
        for name in who.SPEAKERS:
            if name == who.MEMBER:
                await self.member.tap("Đăng ký phát biểu")
                await self.member.sees("Chờ thứ")
            else:
                await self.crowd.ask_floor([stage.ids[name]])
        await stage.shot(self.chair, "b-chair-floor")
        for number, name in enumerate(who.SPEAKERS[:CALLED]):
            await self.chair.tap(f"Mời {name}")
            await self.chair.sees(f"Mời {who.SPEAKERS[number + 1]}")
            if name == who.MEMBER:
                await self.member.sees("Mời phát biểu")
                await stage.shot(self.member, "b-speaking")
        await self.chair.tap("Kết thúc")
        state = self.crowd.meeting(self._voters()[0])
        self.facts["floor"] = {
            "asked": len(who.SPEAKERS),
            "spoke": CALLED,
            "left": len(state.floor),
        }

    async def _replace(self) -> None:
        desk, marking = self.desk, Marking(self.stage, self.member, RESOLUTION)
        await self.stage.all(marking.write(), self._draft(desk))
        await desk.tap("Phát hành thay đổi")
        await desk.tap("Phát hành")
        await self.crowd.replaced(DRAFT, 2)
        await self.crowd.papers()
        self.marking = marking

    async def _carried(self) -> None:
        self.facts["notes"] = await self.marking.carried()

    async def _draft(self, desk: Window) -> None:
        await desk.tap(RESOLUTION)
        await desk.drop(self.folder / "du-thao-nghi-quyet-v2.pdf", "Dự thảo")
        await desk.sees("Bản 2, chưa phát hành")

    async def _written(self) -> None:
        """Four texts instead of four speeches, and a comment at the window; the desk takes them."""
        stage, desk, member = self.stage, self.desk, self.member
        words = {stage.ids[one]: said for one, said in who.WRITTEN.items()}
        await acts.take_up(self.chair, 4)
        await stage.all(self._carried(), self.crowd.write_instead(words))
        await self._along()
        await member.tap("Góp ý")
        await member.tap("Nhất trí với dự thảo.")
        await stage.shot(member, "b-comment")
        await member.tap("Gửi góp ý")
        count = len(words) + 1
        await desk.tap(f"Góp ý ({count})")
        for taken in range(count):
            await desk.tap("Đưa vào biên bản")
            await desk.order(find="Bỏ khỏi biên bản", index=taken, seconds=PATIENCE)
        await stage.shot(desk, "b-desk-comments")
        await desk.tap("Đóng")
        await desk.gone("Góp ý bằng văn bản")

    async def _resolution(self) -> None:
        stage, point = self.stage, self.point
        await acts.ask(self.chair)
        poll = await self.crowd.polled()
        voters = self._voters()
        differ: dict[PersonId, Choice] = {
            stage.ids[who.AGAINST]: "against",
            stage.ids[who.OTHER]: "other",
        }
        choices = {one: differ.get(one, "for") for one in voters}
        early, late = (
            dict(list(choices.items())[:IN_BEFORE]),
            dict(list(choices.items())[IN_BEFORE:]),
        )
        await stage.all(
            self.crowd.cast(poll, early, 0),
            *(acts.cast(window, "Tán thành") for window in (self.chair, self.member)),
        )
        lines, tablets = point.lines, self.crowd.connected() + 2
        restart = asyncio.create_task(point.restart(GONE_SECONDS))
        await self.crowd.lost()
        casting = asyncio.create_task(self.crowd.cast(poll, late, 0))
        await restart
        seconds = await self.crowd.back()
        await self.member.sees("Đã gửi lúc")
        await casting
        again = self.crowd.connected() + 2
        if again < tablets:
            raise StoryStopped(f"{tablets} tablets before the restart, {again} after it")
        self.facts["restart"] = {
            "lines": lines,
            "tablets": again,
            "back_seconds": round(seconds, 1),
            "ballots_before": IN_BEFORE + 2,
        }
        await stage.shot(self.display, "b-display-open")
        await acts.close_and_publish(self.chair)
        await self.member.sees("90,57%")
        await stage.shot(self.member, "b-resolution")
        await acts.back(self.chair, self.member)

    async def _by_election(self) -> None:
        await acts.take_up(self.chair, 5)
        await self._along()
        item = self.crowd.meeting(self._voters()[0]).current
        await self.election.play(item, self.desk, self.member)
        await acts.back(self.chair, self.member)

    async def _close(self) -> None:
        await acts.take_up(self.chair, 6)
        await self.chair.tap("Bế mạc")
        await self.chair.sees("Bế mạc hội nghị?")
        await self.chair.tap("Bế mạc")
        await self.display.sees("Hội nghị đã kết thúc")
        desk = self.desk
        await desk.tap("Biên bản")
        made = functools.partial(acts.made, self.stage, desk)
        self.minutes = await made("Biên bản PDF", "bien-ban-bch", "minutes.pdf")
        records = await made("Biên bản biểu quyết", "bien-ban-bieu", "records.zip")
        self.record = await made("Xuất hồ sơ", "ho-so-bch", "record.zip")
        await desk.tap("Hồ sơ niêm phong")
        dossier = await made("Cho thư ký và chủ trì", "ho-so-thu-ky", "dossier.zip")
        await self.stage.shot(desk, "b-desk-minutes")
        with zipfile.ZipFile(records) as archive:
            archive.extractall(self.stage.out / "records")
            printed = [name for name in archive.namelist() if name.endswith(".pdf")]
        told = await phienhop("verify", str(dossier))
        self.stage.say(told.strip().splitlines()[0])
        self.facts["files"] = {
            "records": sorted(f"records/{name}" for name in printed),
            "ballots": self.election.ballots.name,
            "dossier": dossier.name,
        }
