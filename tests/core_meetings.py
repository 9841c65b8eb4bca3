"""Meetings for tests of the rules: a small cast, and a sitting that decides and folds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.core.audience import Audience
from server.core.decide import create, decide
from server.core.redact import redact
from server.core.roles import Actor
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.fold import apply, begin, fold
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File, MeetingState, Organization, RollEntry, Rule

BODY = Organization("btv", "Ban Thường vụ Tỉnh ủy X", "BTV", "XVIII", sealed=True)
CHAIR, SECRETARY, DIRECTOR, BUILDER, SITE, DISPLAY = "uv1", "thuky", "gd1", "gd2", "dc1", "mh1"
OFFICE = Actor("vanphong", "desk", secretary=True)
OPENER, CLOCK = "openers", "clock"
"""The server's own openers of sealed ballots, and its clock."""


def member(number: int) -> str:
    return f"uv{number}"


def roll(members: int = 15) -> tuple[RollEntry, ...]:
    """The chair, who is member 1, the other members, and one of each other role, two guests."""
    seats = tuple(
        RollEntry(
            member(i), f"Ủy viên {i}", "chair" if i == 1 else "member", seat=f"A{i}", ballots=True
        )
        for i in range(1, members + 1)
    )
    return (
        *seats,
        RollEntry(SECRETARY, "Thư ký", "secretary"),
        RollEntry(DIRECTOR, "Giám đốc Sở Tài chính", "guest"),
        RollEntry(BUILDER, "Giám đốc Sở Xây dựng", "guest"),
        RollEntry(SITE, "Điểm cầu Phường A", "site"),
        RollEntry(DISPLAY, "Màn hình", "display"),
    )


def pdf(letter: str) -> File:
    return File(letter * 64, letter.upper().lower() * 63 + "0", 11, 1_000, f"{letter}.pdf")


def drafts(*changes: c.Change) -> c.PublishChanges:
    return c.PublishChanges(tuple(c.Draft(f"d{i}", one) for i, one in enumerate(changes)))


@dataclass
class Sitting:
    """A meeting as the server holds it, with everything that happened."""

    state: MeetingState
    log: list[tuple[e.Entry, MeetingState, MeetingState]] = field(default_factory=list)
    now: int = 1_000

    def ask(self, command: c.Command, by: str = SECRETARY, device: str = "t1") -> object:
        """Give a command and keep what it leads to; return the decision."""
        self.now += 1
        decision = decide(self.state, command, self.actor(by, device), self.now)
        if not isinstance(decision, Refusal):
            self.happen(decision, by)
        return decision

    @staticmethod
    def actor(by: str, device: str = "t1") -> Actor:
        if by == OPENER:
            return Actor(by, opener=True)
        if by == CLOCK:
            return Actor(by, clock=True)
        return OFFICE if by == OFFICE.person else Actor(by, device)

    def do(
        self, command: c.Command, by: str = SECRETARY, device: str = "t1"
    ) -> tuple[e.Event, ...]:
        decision = self.ask(command, by, device)
        assert isinstance(decision, tuple), decision
        return decision

    def refused(
        self, command: c.Command, by: str = SECRETARY, device: str = "t1"
    ) -> tuple[Code, Mapping[str, object]]:
        before = self.state
        decision = self.ask(command, by, device)
        assert isinstance(decision, Refusal), decision
        assert self.state is before
        return decision.code, decision.params

    def happen(self, events: tuple[e.Event, ...], by: str = SECRETARY) -> None:
        for event in events:
            entry = e.Entry(self.now, event, by)
            before = self.state
            self.state = apply(before, entry)
            self.log.append((entry, before, self.state))

    def stream(self, audience: Audience) -> list[e.Entry]:
        """All that the audience receives, from the beginning."""
        seen = (redact(entry, before, after, audience) for entry, before, after in self.log)
        return [entry for entry in seen if entry is not None]

    def view(self, audience: Audience) -> MeetingState | None:
        return fold(self.stream(audience))

    # ---- where tests begin ----

    def present(self, *people: str) -> "Sitting":
        self.do(c.MarkAttendance(dict.fromkeys(people, "present")))
        return self

    def start(self, here: int = 13) -> "Sitting":
        """Members 1 to `here` are present and the meeting is open."""
        self.present(*(member(i) for i in range(1, here + 1)))
        self.do(c.StartMeeting())
        return self

    def poll(self, poll: str = "p2", item: str = "i2", rule: Rule | None = None) -> "Sitting":
        """A poll is open on an item that is under discussion."""
        self.do(c.TakeUpItem(item))
        self.do(c.PreparePoll(poll, item, "Thông qua?", rule or Rule()))
        self.do(c.OpenPoll(poll))
        return self

    def cast(self, choices: str, poll: str = "p2") -> "Sitting":
        """Members 1, 2, … answer: f for, a against, o other."""
        words = {"f": "for", "a": "against", "o": "other"}
        for i, letter in enumerate(choices, start=1):
            self.do(c.CastBallot(poll, f"b{i}", words[letter]), member(i))
        return self


def begun(entries: tuple[RollEntry, ...] | None = None) -> Sitting:
    """A meeting that was created, with a roll and no agenda."""
    decision = create("m27", BODY, c.CreateMeeting("Hội nghị", roll=entries or roll()), OFFICE)
    assert isinstance(decision, tuple)
    first = decision[0]
    assert isinstance(first, e.MeetingCreated)
    sitting = Sitting(begin(first))
    sitting.log.append((e.Entry(1_000, first, OFFICE.person), sitting.state, sitting.state))
    sitting.happen(decision[1:], OFFICE.person)
    return sitting


def published(members: int = 15) -> Sitting:
    """Story A, agenda version 1: items 0 to 3; the director is invited to 2, sites see 1."""
    sitting = begun(roll(members))
    sitting.do(
        drafts(
            c.AddItem("i0", 0, "Khai mạc", "Khai mạc", 5),
            c.AddItem("i1", 1, "Tình hình kinh tế", "Kinh tế", 30, sites=True, form="consensus"),
            c.AddItem("i2", 2, "Nghị quyết số", "Số hóa", 40, guests=(DIRECTOR,), form="open"),
            c.AddItem("i3", 3, "Đầu tư khu Y", "Khu Y", 35, guests=(BUILDER,), form="open"),
            c.FilePaper("i1", "t1", "Báo cáo 112", file=pdf("1")),
            c.FilePaper("i2", "t2", "Tờ trình", file=pdf("2")),
            c.FilePaper("i2", "t2m", "Ý kiến nội bộ", audience="members", file=pdf("3")),
            c.FilePaper("i3", "t3", "Bản đồ", file=pdf("4")),
        )
    )
    return sitting


def opened(here: int = 13, members: int = 15) -> Sitting:
    """Agenda version 1 and an open meeting."""
    return published(members).start(here)
