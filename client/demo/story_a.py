"""Story A: a Standing Committee of 15, 13 of them present; a late item, two polls that differ.

The windows are played by touches and keys, the other members by the public protocol.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from client.demo import acts
from client.demo.company import Company
from client.demo.folder import Plan, plan
from client.demo.processes import StoryStopped, Window
from client.demo.stage import PIN, Stage
from server.protocol.commands import AskFloor
from server.protocol.state import Choice

ROOM = "btv27"
CHAIR, MEMBER, DEPUTY = "Nguyễn Văn Thành", "Vũ Thị Hồng Hạnh", "Lê Quốc Hưng"
SECRETARY = "Tô Thanh Tùng"
SEATS = {CHAIR: "01", DEPUTY: "03", MEMBER: "07"}
COMPANY = {
    "Trần Thị Minh Nguyệt": "02",
    "Phạm Đức Toàn": "04",
    "Hoàng Thị Lan Phương": "05",
    "Đỗ Mạnh Cường": "06",
    "Bùi Anh Tuấn": "08",
    "Ngô Xuân Trường": "09",
    "Đặng Thị Thu Hà": "10",
    "Lý Văn Sơn": "11",
    "Tạ Quang Dũng": "12",
    "Nông Thị Bích": "13",
}
AT_HOME = {"Hồ Sỹ Kiên": "14"}
"""Absent with leave, and reads at home."""
GUEST = {"Trịnh Thị Mai Lan": "17"}
"""Invited to item 2 only."""
AGAINST = ("Phạm Đức Toàn", "Đỗ Mạnh Cường", "Tạ Quang Dũng")
OTHER = ("Hoàng Thị Lan Phương", "Bùi Anh Tuấn", "Nông Thị Bích")


class StoryA:
    """The performance of the story on a stage."""

    def __init__(self, stage: Stage, samples: Path, papers: Path | None) -> None:
        self.stage = stage
        self.plan: Plan = plan(samples, papers, stage.work / "meeting")
        self.company: Company
        self.desk: Window
        self.display: Window
        self.chair: Window
        self.member: Window
        self.deputy: Window
        self.draft = ""
        self.minutes: Path
        self.record: Path

    async def play(self) -> None:
        """Play everything, from the folder to the closing of the meeting."""
        stage = self.stage
        stage.say("The office imports the meeting; its papers pass intake")
        await stage.import_meeting(self.plan.folder)
        self._choose_paper()
        stage.say("Server, desk, display, three tablets in windows, twelve without")
        await self._arrive()
        stage.say("A late change: item 5, and a new version of item 3's paper; version 2")
        await self._late_change()
        stage.say("Roll call: 13 of 15; the meeting opens")
        await self._open()
        stage.say("Item 0: the agenda is adopted; item 1: by consensus")
        await self._agenda()
        await self._consensus(1)
        stage.say("Item 2: reading together, the floor, an open poll")
        await self._read_together()
        await self._resolution()
        stage.say("Item 3: seven of fifteen is not adopted")
        await self._investment()
        stage.say("Items 4, 5 and 6; the meeting closes")
        await self._rest()

    def _choose_paper(self) -> None:
        """Tell what intake refused, by the names that its owner knows, and read what is left."""
        files = [one["file"] for one in self.stage.refused]
        for one in self.stage.refused:
            one["file"] = self.plan.own.get(one["file"], (one["file"], ""))[0]
            self.stage.say(f"  refused: {one['file']} ({one['code']})")
        self.draft = self.plan.draft(files)
        if not self.draft:
            raise StoryStopped("every paper was refused; nothing is left to read")

    def tablets(self) -> list[Path]:
        """Return the folders of every tablet that took part."""
        windows = [one.folder for one in (self.chair, self.member, self.deputy)]
        names = (*COMPANY, *AT_HOME, *GUEST)
        return windows + [self.stage.work / "company" / self.stage.ids[name] for name in names]

    def more(self) -> dict[str, object]:
        """Return what the summary tells of this story besides: nothing."""
        return {}

    # ---- coming in -------------------------------------------------------------------------------

    async def _arrive(self) -> None:
        stage = self.stage
        people = {**SEATS, **COMPANY, **AT_HOME, **GUEST}
        codes = dict(zip(people, await stage.server.codes("tablet", list(people)), strict=True))
        desk_code = (await stage.server.codes("desk", [SECRETARY]))[0]
        display_code = (await stage.server.codes("display"))[0]
        self.company = stage.company(ROOM)
        without = {
            stage.ids[name]: (seat, codes[name], stage.pins[name])
            for name, seat in (*COMPANY.items(), *AT_HOME.items(), *GUEST.items())
        }
        windows = asyncio.gather(
            stage.window("desk", "desk", desk_code),
            stage.window("display", "display", display_code),
            *(stage.window(SEATS[name], "tablet", codes[name]) for name in SEATS),
        )
        self.desk, self.display, self.chair, self.deputy, self.member = await windows
        await stage.all(
            self.company.arrive(stage.server.address, without, PIN),
            self._come_in(self.member, MEMBER),
            acts.sign_in(stage, self.chair, CHAIR),
            acts.sign_in(stage, self.deputy, DEPUTY),
            acts.sign_in_desk(stage, self.desk, SECRETARY),
        )
        await self.company.papers()

    async def _come_in(self, window: Window, name: str) -> None:
        """The member signs in, with pictures of the seat and of the lobby."""
        await acts.sign_in(self.stage, window, name, shot="sign-in")
        await window.matches(r"Tài liệu đã tải đủ (\d+)/\1$")
        await self.stage.shot(window, "lobby")

    # ---- the agenda changes ----------------------------------------------------------------------

    async def _late_change(self) -> None:
        desk = self.desk
        await desk.tap("Thêm")
        await desk.fill("Tên nội dung", "Đột xuất: khắc phục hậu quả mưa lũ")
        await desk.fill("Tên ngắn", "Khắc phục mưa lũ")
        await desk.tap("Lưu bản nháp")
        await desk.tap("Khắc phục mưa lũ")
        await desk.tap("Lên")
        await desk.drop(self.plan.urgent, "Kéo tệp PDF vào đây")
        await desk.sees("Tên tài liệu")
        await desk.fill("Số, ký hiệu", "115-BC/ĐU")
        await desk.tap("Lưu bản nháp")
        await desk.gone("Tên tài liệu")
        await desk.tap("Đầu tư khu Y")
        await desk.drop(self.plan.replacement, "48-TTr/VPTU")
        await desk.sees("Bản 2, chưa phát hành")
        await self.stage.shot(desk, "desk-agenda-before")
        await desk.tap("Phát hành thay đổi")
        await desk.sees("Phát hành 4 thay đổi?")
        await desk.tap("Phát hành")
        await self.company.agenda(2)
        await self.company.papers()
        await self.member.sees("Chương trình mới nhất: bản 2")

    async def _open(self) -> None:
        desk = self.desk
        await desk.tap("Điểm danh")
        await desk.tap("Có mặt tất cả")
        await self.stage.shot(desk, "desk-roll")
        await desk.tap("Chương trình")
        for seat, reason in (("14", "Đi học"), ("15", "Công tác nước ngoài")):
            await desk.tap(seat)
            await desk.tap("Vắng có lý do")
            await desk.fill("Lý do", reason)
            await desk.tap("Ghi điểm danh")
            await desk.gone("Ghi điểm danh")
        await desk.sees("13/15")
        for window in (self.chair, self.member, self.deputy):
            await window.tap("Vào phòng họp")
            await window.tap("Đã rõ")
        await self.chair.tap("Khai mạc")
        await self.chair.sees("Khai mạc hội nghị?")
        await self.chair.tap("Khai mạc")
        await self.chair.gone("Khai mạc hội nghị?")

    # ---- items -----------------------------------------------------------------------------------

    async def _take_up(self, number: int) -> None:
        await acts.take_up(self.chair, number)
        await self.stage.all(*(acts.follow_on(one) for one in (self.member, self.deputy)))

    async def _agenda(self) -> None:
        await self._take_up(0)
        await acts.ask(self.chair)
        poll = await self.company.polled()
        await self._cast_all(poll, {}, "Tán thành")
        await self._close_and_publish()
        await self._back()

    async def _consensus(self, number: int) -> None:
        await self._take_up(number)
        await self.chair.tap("Kết luận")
        await self.chair.tap("Thống nhất thông qua")
        await self.chair.gone("Thống nhất thông qua")

    async def _cast_all(self, poll: str, differ: Mapping[str, Choice], words: str) -> None:
        """Everybody present answers: the windows `words`, the company for it unless they differ."""
        choices = {self.stage.ids[name]: differ.get(name, "for") for name in COMPANY}
        await self.stage.all(
            self.company.cast(poll, choices, self.stage.pace / 4),
            *(acts.cast(window, words) for window in (self.chair, self.member, self.deputy)),
        )

    async def _close_and_publish(self) -> None:
        await acts.close_and_publish(self.chair)
        await self.member.sees("Danh sách phiếu")

    async def _back(self) -> None:
        """Everybody goes back from the result to the item in progress."""
        for window in (self.chair, self.member, self.deputy):
            await window.tap("Về nội dung đang họp")
            await window.gone("Danh sách phiếu")

    async def _read_together(self) -> None:
        stage, paper = self.stage, self.draft
        await self._take_up(2)
        for window in (self.chair, self.member, self.deputy):
            await window.tap(paper)
        await acts.page(stage, self.chair, self.plan.page)
        await self.chair.tap("Trình chiếu trang này")
        await self.member.tap("Theo người trình bày")
        await self.member.sees(f"Đang theo trang {self.plan.page}")
        await self.member.order(pause=1.0)
        await stage.shot(self.member, "meeting-reader")
        await self._looks(self.member, "Tối", "Sáng", "dark")
        await self._looks(self.member, "Rất lớn", "Thường", "large")
        nguyet, dung = (stage.ids[name] for name in ("Trần Thị Minh Nguyệt", "Tạ Quang Dũng"))
        await self.company.members[nguyet].do(AskFloor(), ROOM)
        await self.deputy.tap("Đăng ký phát biểu")
        await self.deputy.sees("Chờ thứ 2")
        await self.company.members[dung].do(AskFloor(), ROOM)
        await self.chair.tap("Mời Trần Thị Minh Nguyệt")
        await self.chair.sees("Mời Lê Quốc Hưng")
        await self.display.sees("Đ/c Trần Thị Minh Nguyệt")
        await stage.shot(self.chair, "chair")
        await stage.shot(self.display, "display-item")
        await self._desk_drafts()
        await self.chair.tap("Mời Lê Quốc Hưng")
        await self.deputy.sees("Mời phát biểu")
        await stage.shot(self.deputy, "speaking")
        await self.chair.tap("Kết thúc")

    async def _desk_drafts(self) -> None:
        """The secretary prepares a change while the room goes on, and thinks better of it."""
        desk = self.desk
        await desk.tap("Khắc phục mưa lũ")
        await desk.tap("Lên")
        await desk.sees("1 thay đổi chưa phát hành")
        await desk.tap("Đầu tư khu Y")
        await self.stage.shot(desk, "desk-agenda")
        await desk.tap("Bỏ thay đổi này")
        await desk.gone("1 thay đổi chưa phát hành")

    async def _resolution(self) -> None:
        stage = self.stage
        await acts.ask(self.chair)
        poll = await self.company.polled()
        await self.member.sees("Tán thành")
        await stage.shot(self.member, "vote-open")
        await self.member.tap("Tán thành")
        await self.member.sees("Gửi")
        await self.member.order(pause=0.9)
        await stage.shot(self.member, "vote-confirm")
        await self.member.order(pause=0.9)
        await self.member.tap("Gửi")
        late = ("Ngô Xuân Trường", "Hoàng Thị Lan Phương")
        early = {stage.ids[name]: "for" for name in COMPANY if name not in late}
        await stage.all(
            self.company.cast(poll, early, stage.pace / 4),
            acts.cast(self.chair, "Tán thành"),
            acts.cast(self.deputy, "Tán thành"),
        )
        await self.member.sees("11")
        await stage.shot(self.member, "vote-sent")
        await self._desk_sees_poll()
        await stage.shot(self.display, "display-open")
        await self.company.cast(poll, {stage.ids[name]: "other" for name in late}, 0)
        await self._close_and_publish()
        await self.display.sees("THÔNG QUA")
        await stage.shot(self.display, "display-vote")
        await self._back()

    async def _desk_sees_poll(self) -> None:
        await self.desk.tap("Biểu quyết")
        await self.desk.sees("Đóng biểu quyết")
        await self.stage.shot(self.desk, "desk-vote")

    async def _investment(self) -> None:
        stage = self.stage
        await self._take_up(3)
        await acts.ask(self.chair)
        poll = await self.company.polled()
        differ: dict[str, Choice] = dict.fromkeys(AGAINST, "against")
        differ |= dict.fromkeys(OTHER, "other")
        await self._cast_all(poll, differ, "Tán thành")
        await self._close_and_publish()
        await self.member.sees("46,67%")
        await stage.shot(self.member, "vote-result")
        await self._back()

    async def _looks(self, window: Window, looks: str, back: str, name: str) -> None:
        """Change how the screen looks, from the help sheet; take a picture; change it back."""
        for words, shot in ((looks, name), (back, "")):
            await window.tap("Gọi hỗ trợ" if await window.shows("Gọi hỗ trợ") else "Hỗ trợ")
            await window.tap("Cỡ chữ")
            await window.tap(words)
            await window.tap("Đóng")
            await window.gone("Đóng")
            if shot:
                await window.order(pause=1.0)
                await self.stage.shot(window, shot)

    async def _rest(self) -> None:
        await self._take_up(4)
        await self.member.sees("Tờ trình công tác cán bộ")
        await self.stage.shot(self.member, "paper-only")
        await self._consensus(5)
        await self._take_up(6)
        await self.chair.tap("Bế mạc")
        await self.chair.sees("Bế mạc hội nghị?")
        await self.chair.tap("Bế mạc")
        await self.display.sees("Hội nghị đã kết thúc")
        await self._minutes()

    async def _minutes(self) -> None:
        """The secretary makes the minutes and the record by two buttons."""
        await self.desk.tap("Biên bản")
        self.minutes = await acts.made(
            self.stage, self.desk, "Biên bản PDF", "bien-ban", "minutes.pdf"
        )
        self.record = await acts.made(self.stage, self.desk, "Xuất hồ sơ", "ho-so", "record.zip")
        await self.stage.shot(self.desk, "desk-minutes-made")
