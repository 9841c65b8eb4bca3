"""Story A as the screens' tests see it: the real rules play it, a real store holds it.

`Story` is a sitting of the Standing Committee with the names of the mock-ups; `app_state` makes of
it what one person's device would hold at that moment.
"""

from dataclasses import dataclass, field, replace

from client.state import AppState, Download, Kind, Login, Place, Progress, RoomView
from server.core.audience import audience
from server.core.decide import create, decide
from server.core.redact import personal, redact
from server.core.roles import Actor
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.fold import apply, begin, fold
from server.protocol.office import MeetingCard, Seat
from server.protocol.refusals import Refusal
from server.protocol.state import (
    Choice,
    File,
    MeetingState,
    Online,
    Organization,
    RollEntry,
    ShownPage,
)

BODY = Organization("btv", "Ban Thường vụ Tỉnh ủy X", "Ban Thường vụ Tỉnh ủy", "khóa XVIII")
ROOM = "btv27"
NAMES = (
    "Nguyễn Văn Thành",
    "Trần Thị Minh Nguyệt",
    "Lê Quốc Hưng",
    "Phạm Đức Toàn",
    "Hoàng Thị Lan Phương",
    "Đỗ Mạnh Cường",
    "Vũ Thị Hồng Hạnh",
    "Bùi Anh Tuấn",
    "Ngô Xuân Trường",
    "Đặng Thị Thu Hà",
    "Lý Văn Sơn",
    "Tạ Quang Dũng",
    "Nông Thị Bích",
    "Hồ Sỹ Kiên",
    "Mai Đình Phúc",
)
POSTS: tuple[str, ...] = (
    "Bí thư Tỉnh ủy",
    "Phó Bí thư Thường trực",
    "Phó Bí thư, Chủ tịch UBND tỉnh",
    "Trưởng Ban Tổ chức",
    "Trưởng Ban Tuyên giáo",
    "Chánh Thanh tra",
    "Chủ tịch Ủy ban MTTQ tỉnh",
)
MEMBERS = tuple(f"p{n:02d}" for n in range(1, 16))
PRESENT = MEMBERS[:13]
CHAIR, ME, SECRETARY, GUEST, DISPLAY = "p01", "p07", "tt", "gd", "mh"
START = 1_758_157_200_000
"""18/09/2025 08:00 in Hà Nội."""
ITEMS: tuple[tuple[str, str, int, str], ...] = (
    ("Khai mạc, điểm danh, thông qua chương trình", "Khai mạc", 5, "open"),
    ("Tình hình kinh tế – xã hội tháng 9", "Kinh tế – xã hội", 30, "consensus"),
    ("Dự thảo Nghị quyết về chuyển đổi số trong các cơ quan đảng", "Chuyển đổi số", 40, "open"),
    ("Chủ trương đầu tư khu Y", "Đầu tư khu Y", 35, "open"),
    ("Công tác cán bộ", "Công tác cán bộ", 30, "paper"),
    ("Kết luận, bế mạc", "Kết luận, bế mạc", 10, "none"),
)
ID = ("i0", "i1", "i2", "i3", "i4", "i6")
PAPERS: tuple[tuple[str, str, str, int], ...] = (
    ("i1", "Báo cáo 112-BC", "112-BC/TU", 24),
    ("i2", "Tờ trình", "45-TTr/VPTU", 5),
    ("i2", "Dự thảo Nghị quyết", "NQ", 11),
    ("i2", "Thẩm định", "36-BC/VPTU", 4),
    ("i2", "Tổng hợp ý kiến", "37-BC/VPTU", 9),
    ("i3", "Tờ trình", "48-TTr/VPTU", 8),
    ("i3", "Bản đồ quy hoạch A3", "Phụ lục 1", 1),
)
QUESTION = (
    "Đồng chí có tán thành thông qua dự thảo Nghị quyết về chuyển đổi số "
    "trong các cơ quan đảng (dự thảo 3) không?"
)


def pdf(name: str, version: int = 1, pages: int = 8) -> File:
    """A file as the record names it; its hash says which paper and version it is."""
    digit = format((sum(map(ord, name)) + version) % 16, "x")
    sha = (name.encode().hex() + digit * 64)[:62] + f"{version:02d}"
    return File(sha, sha[::-1], pages, 100_000, f"{name}.pdf")


@dataclass
class Story:
    """The sitting as the server holds it, with everything that has happened."""

    now: int = START - 86_400_000
    state: MeetingState = field(init=False)
    log: list[tuple[e.Entry, MeetingState, MeetingState]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Create the meeting and publish agenda version 1 with its papers."""
        office = Actor(SECRETARY, "desk", secretary=True)
        command = c.CreateMeeting(
            "Hội nghị Ban Thường vụ lần thứ 27",
            "Hội nghị lần thứ 27",
            "Phòng họp A",
            START,
            START + 12_600_000,
            roll(),
        )
        events = create(ROOM, BODY, command, office)
        assert not isinstance(events, Refusal)
        assert isinstance(events[0], e.MeetingCreated)
        first = e.Entry(self.now, events[0], SECRETARY)
        self.state = begin(events[0])
        self.log.append((first, self.state, self.state))
        self.happen(events[1:], SECRETARY)
        changes: list[c.Change] = [
            c.AddItem(ID[n], n, title, short, minutes, form=form)  # type: ignore[arg-type]
            for n, (title, short, minutes, form) in enumerate(ITEMS)
        ]
        changes += [
            c.FilePaper(item, f"{item}-{n}", title, "", symbol, file=pdf(f"{item}{n}", 1, pages))
            for n, (item, title, symbol, pages) in enumerate(PAPERS)
        ]
        placeholder = c.FilePaper("i4", "i4-giay", "Tờ trình công tác cán bộ", copies=13)
        changes.append(
            c.FilePaper(
                placeholder.item,
                placeholder.paper,
                placeholder.title,
                classification="confidential",
                copies=13,
            )
        )
        self.publish(*changes)
        for version in (2, 3):
            self.publish(c.ReplacePaper("i2-2", pdf("i22", version, 11)))

    def publish(self, *changes: c.Change) -> None:
        """Publish these changes as one batch."""
        drafts = tuple(c.Draft(f"d{self.now}-{n}", one) for n, one in enumerate(changes))
        self.do(c.PublishChanges(drafts))

    def do(self, command: c.Command, by: str = SECRETARY) -> None:
        """Give a command that the rules accept."""
        self.now += 1_000
        actor = Actor(by, f"may-{by}", secretary=by == SECRETARY)
        decision = decide(self.state, command, actor, self.now)
        assert not isinstance(decision, Refusal), decision
        self.happen(decision, by)

    def happen(self, events: tuple[e.Event, ...], by: str) -> None:
        """Fold events into the record."""
        for event in events:
            entry = e.Entry(self.now, event, by)
            before, self.state = self.state, apply(self.state, entry)
            self.log.append((entry, before, self.state))

    def open(self) -> "Story":
        """Agenda version 2 with the urgent item; 13 present; items 0 and 1 done, item 2 now."""
        self.publish(
            c.AddItem("i5", 5, "Khắc phục mưa lũ", "Khắc phục mưa lũ", 15, form="consensus"),
            c.FilePaper("i5", "i5-1", "Báo cáo nhanh", "", "115-BC/TU", file=pdf("i51", 1, 3)),
        )
        self.now = START
        self.do(c.StartMeeting())
        self.do(c.MarkAttendance(dict.fromkeys(PRESENT, "present")))
        self.do(c.MarkAttendance({"p14": "leave"}, "Đi học"))
        self.do(c.MarkAttendance({"p15": "leave"}, "Công tác nước ngoài"))
        for item in ("i0", "i1", "i2"):
            self.do(c.TakeUpItem(item))
        self.now += 22 * 60_000
        return self

    def ask(self, poll: str = "q2", item: str = "i2", question: str = QUESTION) -> "Story":
        """Prepare and open a poll."""
        self.do(c.PreparePoll(poll, item, question))
        self.do(c.OpenPoll(poll))
        return self

    def cast(self, poll: str, choices: dict[str, Choice]) -> "Story":
        """Cast the ballots of these persons."""
        for person, choice in choices.items():
            self.do(c.CastBallot(poll, f"{poll}-{person}", choice), person)
        return self

    def seen_by(self, person: str) -> MeetingState:
        """What that person's device folds."""
        who = audience(self.state, person)
        entries = (redact(entry, before, after, who) for entry, before, after in self.log)
        state = fold(entry for entry in entries if entry is not None)
        assert state is not None
        return state


def counts(favour: int, against: int, other: int) -> dict[str, Choice]:
    """Who chooses what, by seat, so that the numbers come out."""
    choices: list[Choice] = ["for"] * favour
    choices += ["against"] * against
    choices += ["other"] * other
    return dict(zip(PRESENT, choices, strict=False))


def roll() -> tuple[RollEntry, ...]:
    """The summoned: 15 members, the secretary, one invited director, the display."""
    members = tuple(
        RollEntry(
            person,
            name,
            "chair" if person == CHAIR else "member",
            POSTS[n] if n < len(POSTS) else "Ủy viên Ban Thường vụ",
            f"{n + 1:02d}",
            ballots=True,
        )
        for n, (person, name) in enumerate(zip(MEMBERS, NAMES, strict=True))
    )
    return (
        *members,
        RollEntry(SECRETARY, "Trịnh Thị Thảo", "secretary", "Phó Chánh Văn phòng"),
        RollEntry(GUEST, "Cao Văn Quý", "guest", "Giám đốc Sở Xây dựng"),
        RollEntry(DISPLAY, "Màn hình phòng họp A", "display"),
    )


def seats() -> tuple[Seat, ...]:
    """The sign-in list of a tablet."""
    return tuple(
        Seat(one.person, one.name, one.post, one.seat) for one in roll() if one.role != "display"
    )


def card(story: Story) -> MeetingCard:
    """The meeting in a lobby."""
    state = story.state
    return MeetingCard(
        ROOM,
        BODY,
        state.title,
        state.ordinal,
        state.place,
        state.starts_at,
        state.ends_at,
        state.phase,
        "member",
    )


def app_state(
    story: Story,
    person: str = ME,
    *,
    kind: Kind = "tablet",
    place: Place | None = None,
    shown: ShownPage | None = None,
) -> AppState:
    """What the device of that person holds now, joined and with every paper stored."""
    state = story.seen_by(person)
    open_polls = story.state.open_polls()
    room = RoomView(
        state,
        epoch="e",
        joined=True,
        personal=personal(story.state, person),
        present=14,
        online=tuple(Online(one, f"may-{one}") for one in PRESENT),
        shown=shown,
        progress={one.id: Progress(one.received, tuple(one.ballots)) for one in open_polls},
    )
    files = [file for item in state.items for paper in item.papers for file in paper.files]
    entry = story.state.roll[person]
    base = AppState(
        kind=kind,
        now=story.now,
        line="connected",
        line_since=story.now - 600_000,
        server="phonghop-a",
        device_name=entry.seat or "desk",
        battery=92,
        seats=seats(),
        own=person,
        card=card(story),
        login=Login(person, entry.name),
        meetings=(card(story),),
        rooms={ROOM: room},
        downloads={one.view_sha256: Download(one.size, one.size, stored=True) for one in files},
        dismissed=frozenset({"agenda:2"}),
    )
    default = Place("meeting", ROOM, state.current, following=shown is not None)
    return replace(base, place=place or default)
