"""What each audience receives, event by event, and that it folds to what the audience may know."""

from typing import get_args

import msgspec
import pytest

from server.core.audience import Audience, audience, audiences_hold, tag
from server.core.redact import names_file, personal, redact
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.fold import apply
from server.protocol.state import Rule
from tests.core_meetings import (
    BUILDER,
    CHAIR,
    DIRECTOR,
    DISPLAY,
    SECRETARY,
    SITE,
    Sitting,
    drafts,
    member,
    opened,
    pdf,
    published,
)
from tests.core_projection import project
from tests.core_ways import every_way

PEOPLE = [CHAIR, SECRETARY, member(2), DISPLAY, DIRECTOR, BUILDER, SITE]


def story() -> Sitting:
    """Everything that can happen, once: every type of event is in the log."""
    sitting = published()
    sitting.do(c.MarkAttendance({member(15): "leave"}, "đi học lớp bí mật"))
    sitting.start()
    sitting.do(c.AcknowledgeAgenda(1), member(2))
    sitting.do(c.AcknowledgePaper("2" * 64), member(2))
    sitting.do(c.AcknowledgePaper("2" * 64, "opened"), member(2))
    sitting.do(c.CallHelp("mic"), member(2))
    sitting.do(c.AnswerHelp(member(2)))
    sitting.do(c.SendNotice("Nghỉ 10 phút"))
    sitting.do(c.MarkAttendance({DIRECTOR: "present"}, "đến muộn"))
    for item in ("i1", "i2"):
        sitting.do(c.TakeUpItem(item))
        for readers in ("officers", "members"):
            comment = f"{item}{readers}"
            said = f"viết cho {readers}"
            sitting.do(c.SendComment(comment, item, said, readers=readers), member(2))
            sitting.do(c.TakeComment(comment))
        sitting.do(c.AskFloor(), member(2))
        sitting.do(c.AskFloor(), member(3))
        sitting.do(c.WithdrawFloor(), member(3))
        sitting.do(c.GiveFloor(member(2)))
        sitting.do(c.ExtendFloor())
        sitting.do(c.EndFloor())
        poll = f"p{item}"
        sitting.do(c.PreparePoll(poll, item, f"Thông qua {item}?", Rule(citation="Điều 9")))
        sitting.do(c.OpenPoll(poll))
        for i in range(1, 14):
            sitting.do(c.CastBallot(poll, f"{poll}b{i}", "other", f"vì {poll}{i}"), member(i))
        sitting.do(c.PausePoll(poll))
        sitting.do(c.ResumePoll(poll))
        sitting.do(c.ClosePoll(poll))
        sitting.do(c.PublishPoll(poll))
        sitting.do(c.ConcludeItem(item, f"Kết luận {item}"))
        sitting.do(c.AnnulPoll(poll, f"Nhầm {poll}"))
        every_way(sitting, item)
    sitting.do(c.NameActingChair(member(2)))
    sitting.do(
        drafts(
            c.MoveItem("i3", 0),
            c.PostponeItem("i0"),
            c.EditItem("i2", title="Nghị quyết số v2"),
            c.AddItem("i9", 1, "Đột xuất", "Mưa"),
            c.ReplacePaper("t1", pdf("5")),
            c.ReplacePaper("t2", pdf("6")),
            c.ReplacePaper("t3", pdf("7")),
            c.WithdrawPaper("t2"),
        )
    )
    sitting.do(drafts(c.DropItem("i3")))
    sitting.do(c.PauseMeeting())
    sitting.do(c.ResumeMeeting())
    sitting.do(c.CloseMeeting())
    return sitting


def test_the_story_tells_every_event() -> None:
    told = {type(entry.event) for entry, _, _ in story().log}
    assert told == set(get_args(e.Event))


@pytest.mark.parametrize("person", PEOPLE)
def test_every_audience_folds_to_what_it_may_know_at_every_moment(person: str) -> None:
    sitting = story()
    for length in range(2, len(sitting.log) + 1):
        so_far = Sitting(sitting.log[length - 1][2], sitting.log[:length])
        seen = audience(so_far.state, person)
        assert so_far.view(seen) == project(so_far.state, seen), length


@pytest.mark.parametrize(
    ("person", "hidden"),
    [
        (CHAIR, ["vì pi1"]),
        (member(4), ["bí mật"]),
        (DISPLAY, ["bí mật", "vì pi"]),
        (
            DIRECTOR,
            [
                "Tình hình",
                "i1",
                "Khai mạc",
                "khu Y",
                "Đột xuất",
                "Ý kiến nội bộ",
                "3333",
                "vì ",
                "bí",
            ],
        ),
        (SITE, ["Nghị quyết", "i2", "Khai mạc", "khu Y", "Đột xuất", "Thông qua", "vì ", "bí mật"]),
    ],
)
def test_what_must_not_appear(person: str, hidden: list[str]) -> None:
    sitting = story()
    seen = audience(sitting.state, person)
    stream = msgspec.json.encode(sitting.stream(seen)).decode()
    state = msgspec.json.encode(sitting.view(seen)).decode()
    for text in hidden:
        if person == CHAIR:
            stream = stream.split("PollPublished")[0]
        else:
            assert text not in state
        assert text not in stream
    if person in {DIRECTOR, SITE}:
        names = [one.name for one in sitting.state.roll.values() if one.person not in seen.people]
        named = [name for name in names if f'"{name}"' in stream]
        assert named == ["Ủy viên 1", "Ủy viên 2"]


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_ever_receives_a_ballot_that_was_cast(person: str) -> None:
    sitting = story()
    events = [one.event for one in sitting.stream(audience(sitting.state, person))]
    assert not any(isinstance(event, e.BallotCast) for event in events)


@pytest.mark.parametrize("person", PEOPLE)
def test_ballots_leave_no_trace_in_number_or_content(person: str) -> None:
    many, none = opened().poll(), opened().poll()
    many.cast("fffffffaaaooo")
    for sitting in (many, none):
        sitting.now = 5_000
        sitting.do(c.PausePoll("p2"))
    assert many.stream(audience(many.state, person)) == none.stream(audience(none.state, person))


def last(sitting: Sitting, person: str) -> e.Event | None:
    """How a person receives the last event."""
    entry, before, after = sitting.log[-1]
    seen = redact(entry, before, after, audience(after, person))
    return seen.event if seen else None


def after(*commands: c.Command, by: str = SECRETARY) -> Sitting:
    sitting = opened()
    sitting.do(c.TakeUpItem("i2"))
    for command in commands:
        sitting.do(command, by)
    return sitting


MEMBER = member(2)
# what was done, and how it reaches officer, member, display, the director (item 2), the builder
# (item 3) and a site (item 1)
TABLE: list[tuple[list[c.Command], list[e.Event | None]]] = [
    ([], [*[e.ItemTakenUp("i2")] * 4, None, None]),
    (
        [c.TakeUpItem("i1")],
        [*[e.ItemTakenUp("i1")] * 3, e.ItemTakenUp(""), None, e.ItemTakenUp("i1")],
    ),
    ([c.PreparePoll("p", "i2", "?")], [e.PollPrepared("p", "i2", "?", Rule()), *[None] * 5]),
    (
        [c.PreparePoll("p", "i2", "?"), c.OpenPoll("p"), c.PausePoll("p")],
        [*[e.PollPaused("p")] * 4, None, None],
    ),
    (
        [c.MarkAttendance({DIRECTOR: "present", "uv14": "left"}, "ốm")],
        [
            e.AttendanceMarked({DIRECTOR: "present", "uv14": "left"}, "ốm"),
            *[e.AttendanceMarked({DIRECTOR: "present", "uv14": "left"})] * 2,
            e.AttendanceMarked({DIRECTOR: "present"}),
            None,
            None,
        ],
    ),
    ([c.GiveFloor(MEMBER, 60)], [*[e.FloorGiven(MEMBER, 60)] * 4, None, None]),
    ([c.AskFloor()], [*[e.FloorAsked(SECRETARY)] * 3, None, None, None]),
    (
        [c.SendComment("g", "i2", "Riêng")],
        [e.CommentSent("g", SECRETARY, "i2", "Riêng"), *[None] * 5],
    ),
    (
        [c.SendComment("g", "i2", "Riêng"), c.TakeComment("g")],
        [e.CommentTaken("g"), *[None] * 5],
    ),
    (
        [c.SendComment("g", "i2", "Chung", readers="members")],
        [*[e.CommentSent("g", SECRETARY, "i2", "Chung", readers="members")] * 2, *[None] * 4],
    ),
    (
        [c.SendComment("g", "i2", "Chung", readers="members"), c.TakeComment("g")],
        [*[e.CommentTaken("g")] * 2, *[None] * 4],
    ),
    ([c.CallHelp("tea")], [e.HelpCalled(SECRETARY, "tea"), *[None] * 5]),
    ([c.SendNotice("Mời")], [e.NoticeSent("Mời")] * 6),
    ([c.PauseMeeting()], [e.MeetingPaused()] * 6),
    ([c.ConcludeItem("i2", "Được")], [*[e.ItemConcluded("i2", "Được")] * 4, None, None]),
    ([c.AcknowledgeAgenda(1)], [e.AgendaAcknowledged(SECRETARY, "t1", 1), *[None] * 5]),
    ([drafts(c.MoveItem("i0", 1))], [e.AgendaPublished(2, ("d0",)), *[e.AgendaPublished(2)] * 5]),
]


@pytest.mark.parametrize(("commands", "received"), TABLE)
def test_how_each_audience_receives_an_event(
    commands: list[c.Command], received: list[e.Event | None]
) -> None:
    sitting = after(*commands)
    people = [CHAIR, MEMBER, DISPLAY, DIRECTOR, BUILDER, SITE]
    assert [last(sitting, person) for person in people] == received


def test_a_poll_reaches_guests_of_its_item_without_names_and_sites_not_at_all() -> None:
    sitting = after(c.PreparePoll("p", "i2", "?"), c.OpenPoll("p"))
    full = sitting.log[-1][0].event
    assert isinstance(full, e.PollOpened)
    assert last(sitting, MEMBER) == full
    assert last(sitting, DIRECTOR) == msgspec.structs.replace(full, electorate=(), absent=())
    assert (last(sitting, BUILDER), last(sitting, SITE)) == (None, None)
    sitting.cast("ff", "p").do(c.ClosePoll("p"))
    assert last(sitting, CHAIR) == sitting.log[-1][0].event
    assert last(sitting, MEMBER) == last(sitting, DIRECTOR) == e.PollClosed("p")
    assert last(sitting, BUILDER) is None
    sitting.do(c.PublishPoll("p"))
    result = sitting.log[-1][0].event
    assert isinstance(result, e.PollPublished)
    assert last(sitting, MEMBER) == result
    plain = msgspec.structs.replace(result.tally, silent=(), absent=())
    assert plain != result.tally
    assert last(sitting, DISPLAY) == last(sitting, DIRECTOR) == e.PollPublished("p", plain)
    assert (last(sitting, BUILDER), last(sitting, SITE)) == (None, None)


def test_positions_count_only_what_a_guest_sees() -> None:
    sitting = published()
    sitting.do(drafts(c.EditItem("i1", guests=(DIRECTOR,)), c.EditItem("i3", guests=(DIRECTOR,))))
    seen = audience(sitting.state, DIRECTOR)
    assert seen.items == ("i1", "i2", "i3")
    start = len(sitting.stream(seen))
    sitting.do(drafts(c.MoveItem("i0", 2), c.MoveItem("i3", 0), c.MoveItem("i3", 1)))
    moves = [one.event for one in sitting.stream(seen)[start:]]
    assert [one for one in moves if isinstance(one, e.ItemMoved)] == [
        e.ItemMoved("i3", 0),
        e.ItemMoved("i3", 1),
    ]


def test_a_new_item_stands_where_the_guest_sees_it_stand() -> None:
    sitting = published()
    sitting.do(drafts(c.EditItem("i3", guests=(DIRECTOR,))))
    sitting.do(drafts(c.AddItem("i9", 3, "Mới", "Mới", guests=(DIRECTOR,))))
    seen = audience(sitting.state, DIRECTOR)
    added = [one.event for one in sitting.stream(seen) if isinstance(one.event, e.ItemAdded)]
    assert [(one.item.id, one.position) for one in added] == [("i2", 0), ("i3", 1), ("i9", 1)]
    view = sitting.view(seen)
    assert view is not None
    assert [(item.id, item.number) for item in view.items] == [("i2", 2), ("i9", 3), ("i3", 4)]


def test_a_roll_change_that_a_guest_does_not_see_is_not_told() -> None:
    sitting = published()
    seen = audience(sitting.state, DIRECTOR)
    before = len(sitting.stream(seen))
    sitting.do(c.SetRoll(tuple(one for one in sitting.state.roll.values() if one.person != "uv9")))
    assert len(sitting.stream(seen)) == before
    sitting.do(c.NameActingChair(member(3)))
    told = sitting.stream(seen)[-1].event
    assert isinstance(told, e.RollSet)
    assert [(one.person, one.role) for one in told.entries] == [
        (member(3), "chair"),
        (DIRECTOR, "guest"),
    ]


def test_a_guest_is_told_who_did_something_only_of_people_they_see() -> None:
    sitting = published()
    sitting.do(c.SendNotice("a"), SECRETARY)
    sitting.do(c.SendNotice("b"), CHAIR)
    guest, plain = audience(sitting.state, DIRECTOR), audience(sitting.state, member(2))
    assert [one.by for one in sitting.stream(guest)[-2:]] == ["", CHAIR]
    assert [one.by for one in sitting.stream(plain)[-2:]] == [SECRETARY, CHAIR]


# ---- audiences -----------------------------------------------------------------------------------


def test_audiences() -> None:
    state = published().state
    assert audience(state, CHAIR) == audience(state, SECRETARY) == Audience("officer")
    assert audience(state, member(2)) == Audience("member")
    assert audience(state, DISPLAY) == Audience("display")
    assert audience(state, DIRECTOR) == Audience("guest", ("i2",), (DIRECTOR,))
    assert audience(state, SITE) == Audience("site", ("i1",), (SITE,))
    assert audience(state, "stranger") == Audience("nobody")
    assert audience(state, "stranger", secretary=True) == Audience("officer")


def test_guests_of_the_same_items_share_an_audience_and_a_change_parts_them() -> None:
    sitting = published()
    sitting.do(drafts(c.EditItem("i2", guests=(DIRECTOR, BUILDER)), c.EditItem("i3", guests=())))
    shared = audience(sitting.state, DIRECTOR)
    assert shared == audience(sitting.state, BUILDER)
    assert shared.people == (DIRECTOR, BUILDER)
    before = sitting.state
    sitting.do(drafts(c.EditItem("i3", guests=(BUILDER,))))
    assert audience(sitting.state, DIRECTOR) != shared
    assert audience(sitting.state, BUILDER).items == ("i2", "i3")
    assert not audiences_hold(before, sitting.state)


def test_the_chair_who_hands_over_becomes_a_member() -> None:
    sitting = opened()
    before = sitting.state
    sitting.do(c.NameActingChair(member(2)))
    assert audience(sitting.state, CHAIR) == Audience("member")
    assert audience(sitting.state, member(2)) == Audience("officer")
    assert not audiences_hold(before, sitting.state)


def test_marking_an_item_for_sites_changes_their_audience() -> None:
    sitting = published()
    before = audience(sitting.state, SITE)
    sitting.do(drafts(c.EditItem("i2", sites=True)))
    after_edit = audience(sitting.state, SITE)
    assert (before.items, after_edit.items) == (("i1",), ("i1", "i2"))
    sitting.do(drafts(c.EditItem("i1", sites=False)))
    view = sitting.view(audience(sitting.state, SITE))
    assert view is not None
    assert [item.id for item in view.items] == ["i2"]


def test_ballots_and_attendance_keep_audiences() -> None:
    sitting = opened().poll()
    before = sitting.state
    sitting.cast("ff").present(member(14))
    assert audiences_hold(before, sitting.state)


def test_a_tag_names_the_audience_and_the_rules() -> None:
    state = published().state
    tags = {tag(audience(state, person)) for person in PEOPLE}
    assert len(tags) == 6
    assert all(len(one) == 16 for one in tags)
    assert tag(Audience("member")) == tag(Audience("member"))


def test_nobody_sees_nothing() -> None:
    sitting = story()
    seen = audience(sitting.state, "stranger")
    assert sitting.stream(seen) == []
    assert sitting.view(seen) is None
    assert not names_file(sitting.state, seen, "1" * 64)


def test_an_event_about_what_is_unknown_harms_no_audience() -> None:
    sitting = published()
    for event in (e.PollPaused("x"), e.PaperReplaced("x", pdf("a")), e.ItemMoved("x", 0)):
        entry = e.Entry(1, event)
        for person in PEOPLE:
            state = sitting.state
            seen = redact(entry, state, state, audience(state, person))
            assert seen is None or apply(state, seen) == state


def test_only_the_person_sees_their_place_and_ballots() -> None:
    sitting = opened().poll().cast("fa")
    sitting.do(c.AskFloor(), member(2))
    assert personal(sitting.state, member(2)).place == 1
    assert personal(sitting.state, member(2)).ballots["p2"].choice == "against"
    assert personal(sitting.state, DIRECTOR).place == 0
