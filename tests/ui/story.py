"""Story A of the product: one meeting as a tablet holds it, in the protocol's own frames."""

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from client import actions as a
from client.documents.renderer import FailureCode, RenderFailure
from client.documents.revisions import Revision
from client.ink.marks import Mark
from client.ink.notebook import Maker, Notebook
from client.session import Session
from client.state import (
    AppState,
    Download,
    Language,
    Pending,
    Preferences,
    TextSize,
    ThemeName,
)
from client.store import Store
from server.protocol import frames as f
from server.protocol.commands import Command
from server.protocol.office import MeetingCard, Seat
from server.protocol.state import (
    AgendaItem,
    Attendance,
    File,
    MeetingState,
    Organization,
    Paper,
    RollEntry,
    ShownPage,
)

ROOM = "m27"
BODY = Organization("btv", "Ban Thường vụ Tỉnh ủy", "Ban Thường vụ Tỉnh ủy", "khóa XVIII")
PEOPLE: tuple[tuple[str, str], ...] = (
    ("Nguyễn Văn An", "Bí thư"),
    ("Trần Thị Minh Nguyệt", "Phó Bí thư Thường trực"),
    ("Lê Quốc Hưng", "Phó Bí thư, Chủ tịch UBND tỉnh"),
    ("Phạm Đức Toàn", "Trưởng Ban Tổ chức"),
    ("Hoàng Thị Lan Phương", "Trưởng Ban Tuyên giáo"),
    ("Đỗ Mạnh Cường", "Chủ nhiệm Ủy ban Kiểm tra"),
    ("Vũ Thị Hồng Hạnh", "Chủ tịch Ủy ban MTTQ tỉnh"),
    ("Tạ Quang Dũng", "Chỉ huy trưởng BCH Quân sự"),
    ("Ngô Xuân Trường", "Giám đốc Công an tỉnh"),
    ("Bùi Thanh Sơn", "Phó Chủ tịch UBND tỉnh"),
    ("Đinh Thị Kim Oanh", "Phó Chủ tịch HĐND tỉnh"),
    ("Lý Văn Ánh", "Trưởng Ban Dân vận"),
    ("Mai Thế Ấn", "Bí thư Thành ủy"),
    ("Trịnh Công Ước", "Bí thư Huyện ủy"),
    ("Dương Thị Yến", "Chánh Văn phòng"),
)
HANH = "p07"
CHAIR = "p01"


def at(hour: int, minute: int, day: int = 18, month: int = 9) -> int:
    """A local time of the story, in milliseconds."""
    return int(dt.datetime(2025, month, day, hour, minute).timestamp() * 1000)  # noqa: DTZ001


def person(number: int) -> str:
    return f"p{number:02d}"


def sha(name: str) -> str:
    return (name.encode().hex() * 20)[:64]


def paper(name: str, title: str, pages: int, versions: int = 1) -> Paper:
    files = tuple(
        File(sha(f"{name}{n}"), sha(f"{name}{n}o"), pages, 200_000) for n in range(1, versions + 1)
    )
    replaced = at(7, 40) if versions > 1 else 0
    return Paper(name, title, files=files, replaced_at=replaced)


ITEMS = (
    AgendaItem("i0", 0, "Khai mạc, điểm danh, thông qua chương trình", "Khai mạc", 5,
               status="done", papers=(paper("p0", "Chương trình", 1),)),
    AgendaItem("i1", 1, "Tình hình kinh tế – xã hội tháng 9", "Kinh tế – xã hội", 30,
               status="done", form="consensus",
               papers=(paper("p1", "Báo cáo 112-BC", 24), paper("p1b", "Bảng số liệu", 6))),
    AgendaItem("i2", 2, "Dự thảo Nghị quyết về chuyển đổi số trong các cơ quan đảng",
               "Chuyển đổi số", 40, form="open", status="now", taken_up_at=at(9, 9),
               papers=(paper("p2", "Tờ trình", 5), paper("p2b", "Dự thảo Nghị quyết", 11, 3),
                       paper("p2c", "Thẩm định", 4), paper("p2d", "Tổng hợp ý kiến", 9))),
    AgendaItem("i3", 3, "Chủ trương đầu tư khu Y", "Đầu tư khu Y", 35, form="open",
               papers=(paper("p3", "Tờ trình", 8, 2), paper("p3b", "Bản đồ A3", 1))),
    AgendaItem("i4", 4, "Công tác cán bộ", "Công tác cán bộ", 30, form="paper",
               papers=(Paper("p4", "Công tác cán bộ", classification="confidential",
                             copies=13),)),
    AgendaItem("i5", 5, "Khắc phục mưa lũ", "Khắc phục mưa lũ", 15, form="consensus",
               added_in=2, papers=(paper("p5", "Báo cáo nhanh", 3),)),
    AgendaItem("i6", 6, "Kết luận, bế mạc", "Kết luận, bế mạc", 10),
)  # fmt: skip


def roll() -> dict[str, RollEntry]:
    return {
        person(n): RollEntry(
            person(n), name, "chair" if n == 1 else "member", post, f"{n:02d}", ballots=True
        )
        for n, (name, post) in enumerate(PEOPLE, 1)
    }


def meeting(**changes: Any) -> MeetingState:
    """The meeting at 09:31, in the middle of item 2."""
    present = {person(n): Attendance("present", at=at(8, 0)) for n in range(1, 14)}
    values: dict[str, Any] = {
        "title": "Hội nghị Ban Thường vụ lần thứ 27",
        "ordinal": "Hội nghị lần thứ 27",
        "place": "Phòng họp A",
        "starts_at": at(8, 0),
        "ends_at": at(11, 30),
        "phase": "open",
        "opened_at": at(8, 0),
        "roll": roll(),
        "chair": CHAIR,
        "attendance": present,
        "agenda_version": 2,
        "agenda_published_at": at(7, 40),
        "items": ITEMS,
        "current": "i2",
    }
    return MeetingState(ROOM, BODY, **{**values, **changes})


def card(room: str = ROOM, **changes: Any) -> MeetingCard:
    values: dict[str, Any] = {
        "title": "Hội nghị Ban Thường vụ lần thứ 27",
        "ordinal": "Hội nghị lần thứ 27",
        "place": "Phòng họp A",
        "starts_at": at(8, 0),
        "ends_at": at(11, 30),
        "phase": "prepared",
        "role": "member",
    }
    return MeetingCard(room, BODY, **{**values, **changes})


def seats() -> tuple[Seat, ...]:
    return tuple(
        Seat(person(n), name, post, f"{n:02d}") for n, (name, post) in enumerate(PEOPLE, 1)
    )


def all_stored() -> dict[str, Download]:
    """Every file of the story verified on this device."""
    files = [one for item in ITEMS for each in item.papers for one in each.files]
    return {one.view_sha256: Download(one.size, one.size, stored=True) for one in files}


@dataclass(frozen=True)
class Look:
    """One way a screen may look."""

    text_size: TextSize
    language: Language
    theme: ThemeName

    def __str__(self) -> str:
        return f"{self.text_size}-{self.language}-{self.theme}"

    @property
    def preferences(self) -> Preferences:
        return Preferences(self.language, self.theme, self.text_size)


LOOKS = (
    Look("normal", "en", "light"),
    Look("normal", "vi", "dark"),
    Look("large", "vi", "light"),
    Look("large", "en", "dark"),
    Look("xlarge", "vi", "light"),
    Look("xlarge", "en", "dark"),
)
"""Every text size in both languages, and both themes; Thường in light is each screen's picture."""


class NoDisk:
    """An outbox whose requests live as long as the test."""

    def keep(self, person: str, pending: Pending) -> None:
        assert person is not None
        assert pending.id

    def drop(self, request: str) -> None:
        assert request


class RevisionsHere:
    """What became of papers' words, for the versions that a test has put here."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Revision] = {}

    async def between(self, *versions: str) -> Revision | None:
        return self.known.get((versions[0], versions[-1]))


class NotesHere:
    """Notebooks that live as long as the test, and what is asked of their line to the server."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self._books: dict[tuple[str, str], Notebook] = {}
        self.shown: dict[tuple[str, str], tuple[tuple[str, Mark], ...]] = {}

    def book(self, paper: str, room: str = ROOM) -> Notebook:
        if (room, paper) not in self._books:
            clock = itertools.count(at(9, 31), 1_000)
            self._books[room, paper] = Notebook(Maker(HANH, "d7", lambda: next(clock)))
        return self._books[room, paper]

    async def notebook(self, room: str, paper: str) -> Notebook:
        return self.book(paper, room)

    def shared_with_me(self, room: str, paper: str) -> tuple[tuple[str, Mark], ...]:
        return self.shown.get((room, paper), ())

    async def share(self, room: str, paper: str, marks: Any, readers: Any) -> None:
        self.asked.append(("share", paper, marks, readers))
        for mark in marks:
            self.book(paper, room).change(mark, shared=readers)

    async def unshare(self, room: str, paper: str, marks: Any) -> None:
        self.asked.append(("unshare", paper, marks))
        for mark in marks:
            self.book(paper, room).change(mark, shared=())


class Tablet:
    """A device without a line: a real store and a real session that is never connected.

    What a screen asks of its host beyond that is written down in `asked`.
    """

    def __init__(self, stage: Any, kind: Any = "tablet") -> None:
        self.stage = stage
        self.renderer: Any = None
        self.notes = NotesHere()
        self.revisions = RevisionsHere()
        self.searching: Any = None
        self.soft_keyboard = False
        self.typed_secret = ""
        self.named_server = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self.asked: list[tuple[Any, ...]] = []
        self._numbers = itertools.count(1)
        self._later: list[Callable[[], None]] = []
        self.store = Store(AppState(kind=kind), self._wait)
        self.session = Session(identity=None, outbox=NoDisk(), new_id=self.new_id)  # type: ignore[arg-type]
        self.store.watch(lambda state: state.preferences, self._wear)

    def _wait(self, run: Callable[[], None]) -> None:
        self._later.append(run)

    def _wear(self, wanted: Preferences) -> None:
        self.stage.wear(wanted.theme, wanted.text_size, wanted.language)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that papers are opened in; made when it is first needed."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop

    @property
    def k(self) -> float:
        return float(self.stage.app.k)

    @property
    def language(self) -> str:
        return str(self.stage.app.language)

    @property
    def state(self) -> AppState:
        return self.store.state

    @property
    def commands(self) -> list[Command]:
        """What waits in the outbox, oldest first."""
        return [one.command for one in self.state.pending]

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.stage.app.tr(key, language, **params))

    def dispatch(self, action: Any) -> None:
        self.store.dispatch(action)
        self.flush()

    def flush(self) -> None:
        while self._later:
            self._later.pop(0)()

    def send(self, command: Command, room: str = "") -> None:
        room = room or self.state.place.room
        pending = self.session.request(room, command, self.state.now)
        self.dispatch(a.CommandSent(pending))

    def pair(self, address: str, code: str) -> None:
        self.asked.append(("pair", address, code))
        self.dispatch(a.Asking())

    def sign_in(self, person: str, secret: str) -> None:
        self.asked.append(("sign_in", person, secret))
        self.dispatch(a.Asking())

    def sign_out(self) -> None:
        self.dispatch(a.SignedOut())

    def change_pin(self, old: str, new: str) -> None:
        self.asked.append(("change_pin", old, new))
        self.dispatch(a.Asking())

    def reconnect(self) -> None:
        self.asked.append(("reconnect",))

    def show_page(self, page: ShownPage | None) -> None:
        self.asked.append(("show_page", page))

    def first_run(self, address: str, code: str, desk: Any) -> None:
        self.asked.append(("first_run", address, code, desk))
        self.dispatch(a.Asking())

    def new_id(self) -> str:
        return f"n{next(self._numbers)}"

    def unpair(self) -> None:
        self.asked.append(("unpair",))

    async def read_page(self, sha256: str, page: int) -> Any:
        return await self.renderer.read(sha256, page)

    async def open_paper(self, sha256: str) -> Any:
        self.asked.append(("open_paper", sha256))
        return await self.opening(sha256)

    async def opening(self, sha256: str) -> Any:
        return RenderFailure(FailureCode.PAPER_UNREADABLE, sha256)

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        self.loop.create_task(work)
        if not self.loop.is_running():
            self.turn()

    def turn(self) -> None:
        """Run what waits in the loop that papers are opened in."""
        self.loop.run_until_complete(asyncio.sleep(0))
        self.flush()

    def close(self) -> None:
        if self._loop is not None:
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    def found_servers(self, tell: Callable[[tuple[str, ...]], None]) -> Callable[[], None]:
        tell(("192.168.10.5:7443",))
        return lambda: None

    # where the story is

    def paired(self, now: int = at(7, 48)) -> "Tablet":
        """Paired and connected, nobody signed in."""
        kind = self.state.kind
        self.dispatch(a.Ticked(now))
        self.dispatch(a.DeviceKnown(kind, "07", "phonghop-a", seats(), HANH, card()))
        self.dispatch(f.Authenticated("07", seats(), HANH, card()))
        self.dispatch(a.BatteryRead(92))
        return self

    def signed_in(self, who: str = HANH, now: int = at(7, 48)) -> "Tablet":
        """In the lobby, before the meeting, with its papers stored."""
        self.paired(now)
        self.dispatch(f.SignedIn("dG9rZW4", who, roll()[who].name))
        self.dispatch(f.Meetings((card(),)))
        before = meeting(phase="prepared", current="", opened_at=0)
        self.dispatch(f.Snapshot(ROOM, "e", 1, before))
        self.dispatch(f.Joined(ROOM, "e", 1, now))
        for file, download in all_stored().items():
            self.dispatch(a.DownloadChanged(file, download))
        return self

    def in_meeting(self, who: str = HANH, now: int = at(9, 31), **changes: Any) -> "Tablet":
        """In the meeting, at item 2."""
        self.signed_in(who, now)
        self.dispatch(f.Snapshot(ROOM, "e", 2, meeting(**changes)))
        self.dispatch(f.Joined(ROOM, "e", 2, now))
        for one in ("p2", "p2b", "p2c", "p2d", "p0", "p1", "p1b"):
            found = self.state.rooms[ROOM].state.paper(one)
            assert found is not None
            self.dispatch(a.VersionSeen(one, found[1].version))
        self.dispatch(a.Went("meeting", ROOM))
        return self
