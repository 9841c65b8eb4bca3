"""The roll, attendance, quorum and the phases of the meeting."""

import pytest
from msgspec.structs import replace

from server.core.attendance import is_present, members, present_members, quorum_need
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.refusals import Code
from server.protocol.state import Attendance, Presence, RollEntry, Threshold
from tests.core_meetings import (
    CHAIR,
    DIRECTOR,
    OFFICE,
    SECRETARY,
    SITE,
    Sitting,
    begun,
    member,
    opened,
    published,
    roll,
)


def without(*people: str) -> tuple[RollEntry, ...]:
    return tuple(entry for entry in roll() if entry.person not in people)


# ---- the roll ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "code", "params"),
    [
        ((), Code.CHAIR_MISSING, {}),
        (without(CHAIR), Code.CHAIR_MISSING, {}),
        ((*roll(), RollEntry("uv2", "Khác", "member")), Code.PERSON_TWICE, {"person": "uv2"}),
        ((*roll(), RollEntry("uv99", " ", "member")), Code.NAME_EMPTY, {"person": "uv99"}),
        (
            (*roll(), RollEntry("gd9", "Khách", "guest", ballots=True)),
            Code.NOT_A_MEMBER,
            {"person": "gd9"},
        ),
    ],
)
def test_a_roll_that_cannot_be(
    entries: tuple[RollEntry, ...], code: Code, params: dict[str, str | int]
) -> None:
    refused, got = published().refused(c.SetRoll(entries))
    assert refused == code
    assert params.items() <= dict(got).items()


def test_a_changed_roll_and_the_same_again() -> None:
    sitting = published()
    command = c.SetRoll(without(member(15)))
    assert sitting.do(command) == (e.RollSet(command.entries),)
    assert len(members(sitting.state)) == 14
    assert sitting.do(command) == ()


def test_another_order_of_the_roll_is_a_change() -> None:
    sitting = begun()
    assert sitting.do(c.SetRoll(tuple(reversed(roll())))) != ()
    assert next(iter(sitting.state.roll)) == "mh1"


def test_an_acting_chair_who_stays_presides_on() -> None:
    sitting = opened()
    sitting.do(c.NameActingChair(member(2)))
    events = sitting.do(c.SetRoll(without(member(15))))
    assert events == (e.RollSet(without(member(15))), e.ActingChairNamed(member(2)))
    assert sitting.state.chair == member(2)


@pytest.mark.parametrize(
    "entries",
    [
        without(member(2)),
        tuple(
            replace(one, role="guest", ballots=False) if one.person == "uv2" else one
            for one in roll()
        ),
    ],
)
def test_an_acting_chair_who_leaves_the_members_hands_back(entries: tuple[RollEntry, ...]) -> None:
    sitting = opened()
    sitting.do(c.NameActingChair(member(2)))
    assert sitting.do(c.SetRoll(entries)) == (e.RollSet(entries),)
    assert sitting.state.chair == CHAIR


def test_who_leaves_the_roll_waits_for_nothing() -> None:
    sitting = opened()
    for person in (member(2), member(3), member(4)):
        sitting.do(c.AskFloor(), person)
    sitting.do(c.GiveFloor(member(2)))
    sitting.do(c.CallHelp("mic"), member(3))
    sitting.do(c.CallHelp("tea"), member(4))
    entries = without(member(2), member(3))
    assert sitting.do(c.SetRoll(entries)) == (
        e.RollSet(entries),
        e.FloorWithdrawn(member(3)),
        e.HelpAnswered(member(3)),
        e.FloorEnded(),
    )
    assert [one.person for one in sitting.state.floor] == [member(4)]


# ---- attendance ----------------------------------------------------------------------------------


def test_roll_call_with_reasons_late_arrival_leaving_and_correction() -> None:
    sitting = published()
    steps: list[tuple[c.MarkAttendance, e.AttendanceMarked]] = [
        (
            c.MarkAttendance({member(2): "leave"}, " đi học "),
            e.AttendanceMarked({member(2): "leave"}, "đi học"),
        ),
        (c.MarkAttendance({member(2): "present"}), e.AttendanceMarked({member(2): "present"})),
        (c.MarkAttendance({member(2): "left"}), e.AttendanceMarked({member(2): "left"})),
        (c.MarkAttendance({member(2): "no_leave"}), e.AttendanceMarked({member(2): "no_leave"})),
        (c.MarkAttendance({member(2): "unmarked"}), e.AttendanceMarked({member(2): "unmarked"})),
    ]
    for command, event in steps:
        assert sitting.do(command) == (event,)
        presence, reason = event.marks[member(2)], event.reason
        assert sitting.state.attendance[member(2)] == Attendance(presence, reason, sitting.now)


def test_only_what_is_new_is_recorded() -> None:
    sitting = published().present(member(1), member(2))
    assert sitting.do(c.MarkAttendance({member(1): "present", member(3): "present"})) == (
        e.AttendanceMarked({member(3): "present"}),
    )
    assert sitting.do(c.MarkAttendance({member(1): "present"})) == ()
    assert sitting.do(c.MarkAttendance({})) == ()
    assert sitting.do(c.MarkAttendance({"uv9": "unmarked"})) == ()


@pytest.mark.parametrize("person", [CHAIR, member(5), DIRECTOR, SITE])
def test_people_say_that_they_are_here(person: str) -> None:
    sitting = published()
    assert sitting.do(c.MarkAttendance({person: "present"}), person) == (
        e.AttendanceMarked({person: "present"}),
    )
    assert is_present(sitting.state, person)


@pytest.mark.parametrize("marks", [{"uv5": "left"}, {"uv6": "present"}, {}])
def test_people_say_nothing_else(marks: dict[str, Presence]) -> None:
    assert published().refused(c.MarkAttendance(marks), member(5)) == (Code.NOT_ALLOWED, {})


def test_nobody_is_here_who_is_not_on_the_roll() -> None:
    assert published().refused(c.MarkAttendance({"x": "present"}), OFFICE.person) == (
        Code.PERSON_NOT_ON_ROLL,
        {"person": "x"},
    )


def test_quorum_is_of_members_and_guests_do_not_count() -> None:
    sitting = opened(9).present(DIRECTOR, SITE, SECRETARY)
    assert len(present_members(sitting.state)) == 9
    assert quorum_need(sitting.state, Threshold(2, 3, strict=False)) == 10
    sitting.do(c.PreparePoll("p2", "i2", "?"))
    refusal = (Code.NO_QUORUM, {"present": 9, "need": 10, "members": 15})
    assert sitting.refused(c.OpenPoll("p2")) == refusal
    sitting.present(member(10)).do(c.OpenPoll("p2"))


# ---- phases --------------------------------------------------------------------------------------


def test_a_meeting_from_start_to_close() -> None:
    sitting = published()
    steps: list[tuple[c.Command, e.Event, str]] = [
        (c.StartMeeting(), e.MeetingStarted(), "open"),
        (c.PauseMeeting(), e.MeetingPaused(), "paused"),
        (c.ResumeMeeting(), e.MeetingResumed(), "open"),
        (c.TakeUpItem("i1"), e.ItemTakenUp("i1"), "open"),
        (c.CloseMeeting(), e.MeetingClosed(), "closed"),
    ]
    for command, event, phase in steps:
        assert sitting.do(command, CHAIR) == (event,)
        assert sitting.state.phase == phase
    assert [item.status for item in sitting.state.items] == ["waiting", "done"] + ["waiting"] * 2
    assert sitting.state.current == ""


def test_a_meeting_without_a_chair_does_not_start() -> None:
    sitting = Sitting(replace(published().state, roll={}, chair=""))
    assert sitting.refused(c.StartMeeting(), OFFICE.person) == (Code.CHAIR_MISSING, {})


def test_a_poll_keeps_the_meeting_open() -> None:
    sitting = opened().poll()
    refusal = (Code.POLL_STILL_OPEN, {"poll": "p2"})
    assert sitting.refused(c.PauseMeeting()) == refusal
    assert sitting.refused(c.CloseMeeting()) == refusal
    sitting.do(c.PausePoll("p2"))
    assert sitting.refused(c.CloseMeeting()) == refusal
    sitting.do(c.PauseMeeting())
    assert sitting.refused(c.ResumePoll("p2")) == (Code.MEETING_PAUSED, {})
    sitting.do(c.ClosePoll("p2"))
    sitting.do(c.CloseMeeting())
