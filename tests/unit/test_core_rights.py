"""Who may give each command, in which phase of the meeting; and the start of a room."""

from typing import get_args

import pytest

from server.core.decide import Actor, create, decide
from server.core.roles import is_officer, is_secretary, presides
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.counts import PaperCount
from server.protocol.refusals import Code, Refusal
from server.protocol.state import RollEntry
from tests.core_meetings import (
    BODY,
    CHAIR,
    CLOCK,
    DIRECTOR,
    DISPLAY,
    OFFICE,
    OPENER,
    SECRETARY,
    SITE,
    Sitting,
    begun,
    drafts,
    member,
    opened,
    published,
    roll,
)

SHA = "1" * 64
EVERYONE = [
    CHAIR,
    SECRETARY,
    OFFICE.person,
    member(2),
    DIRECTOR,
    SITE,
    DISPLAY,
    "stranger",
    OPENER,
    CLOCK,
]
OFFICERS = {CHAIR, SECRETARY, OFFICE.person}
SECRETARIES = {SECRETARY, OFFICE.person}
ROLL = set(EVERYONE) - {OFFICE.person, "stranger", OPENER, CLOCK}

# command, who may, the phases in which it may be given (p o z c: prepared, open, paused, closed)
TABLE: list[tuple[c.Command, set[str], str]] = [
    (drafts(), OFFICERS, "poz"),
    (c.SetRoll(roll()), SECRETARIES, "poz"),
    (c.NameActingChair(member(3)), OFFICERS, "poz"),
    (c.StartMeeting(), OFFICERS, "p"),
    (c.PauseMeeting(), OFFICERS, "o"),
    (c.ResumeMeeting(), OFFICERS, "z"),
    (c.CloseMeeting(), OFFICERS, "oz"),
    (c.MarkAttendance({}), SECRETARIES, "poz"),
    (c.TakeUpItem("i1"), OFFICERS, "o"),
    (c.ConcludeItem("i1", "Thống nhất"), OFFICERS, "ozc"),
    (c.AskFloor(), {CHAIR, SECRETARY, member(2)}, "o"),
    (c.WithdrawFloor(), ROLL, "oz"),
    (c.GiveFloor(member(4)), OFFICERS, "o"),
    (c.ExtendFloor(), OFFICERS, "o"),
    (c.EndFloor(), OFFICERS, "oz"),
    (c.PreparePoll("p", "i1", "?"), OFFICERS, "poz"),
    (c.OpenPoll("p"), OFFICERS, "o"),
    (c.RemindPoll("p"), OFFICERS, "oz"),
    (c.PausePoll("p"), OFFICERS, "oz"),
    (c.ResumePoll("p"), OFFICERS, "o"),
    (c.ClosePoll("p"), OFFICERS, "oz"),
    (c.EndPoll("p"), {CLOCK}, "oz"),
    (c.ReportLostKeys("p"), {OPENER}, "ozc"),
    (c.SettleTie("p", ("a",), "Bốc thăm"), {CHAIR}, "ozc"),
    (c.PublishPoll("p"), OFFICERS, "ozc"),
    (c.AnnulPoll("p", "nhầm"), OFFICERS, "ozc"),
    (c.CastBallot("p", "b", "for"), ROLL, "oz"),
    (c.RecordBallot("p", "b", member(2), "for"), OFFICERS, "oz"),
    (c.ExcusePerson("p", member(2), "interest", "Người nhà"), OFFICERS, "poz"),
    (c.OfferKeys("p", ("k" * 43, "l" * 43)), {OPENER}, "poz"),
    (c.ExtendPoll("p", 60), OFFICERS, "oz"),
    (c.RepeatPoll("p", "p9"), OFFICERS, "poz"),
    (c.ArrangeSeries("s", ("p",)), OFFICERS, "poz"),
    (c.OpenSeries("s"), OFFICERS, "o"),
    (c.OpenNext("s"), OFFICERS, "o"),
    (c.CloseSeries("s"), OFFICERS, "oz"),
    (c.PublishSeries("s"), OFFICERS, "ozc"),
    (c.CallPerson("p", member(2)), OFFICERS, "oz"),
    (c.RecordHandCount("p", {"for": 1}), SECRETARIES, "oz"),
    (c.ConfirmHandCount("p", {"for": 1}), OFFICERS, "oz"),
    (c.RecordConsensus("p"), OFFICERS, "oz"),
    (c.OpenPaperCount("p", 1, 1), OFFICERS, "ozc"),
    (c.EnterPaperCount("p", PaperCount(0, 0)), ROLL | {OFFICE.person}, "ozc"),
    (c.ReleasePaperCount("p"), OFFICERS, "ozc"),
    (c.SealBallot("p", "b", "eA"), ROLL, "oz"),
    (c.OpenSealedBatch("p", ()), {OPENER}, "ozc"),
    (c.SendComment("g", "i1", "Ý kiến"), ROLL - {DISPLAY}, "pozc"),
    (c.TakeComment("g"), OFFICERS, "pozc"),
    (c.CallHelp("tea"), ROLL, "poz"),
    (c.AnswerHelp(member(2)), OFFICERS, "poz"),
    (c.SendNotice("Mời ra ảnh"), OFFICERS, "poz"),
    (c.AcknowledgeAgenda(1), ROLL, "pozc"),
    (c.AcknowledgePaper(SHA), ROLL, "pozc"),
]
NAMES = [type(command).__name__ for command, _, _ in TABLE]


def sitting_in(phase: str) -> Sitting:
    sitting = published() if phase == "p" else opened()
    if phase == "z":
        sitting.do(c.PauseMeeting())
    if phase == "c":
        sitting.do(c.CloseMeeting())
    return sitting


def test_every_command_is_in_the_table() -> None:
    assert {type(command) for command, _, _ in TABLE} | {c.CreateMeeting} == set(
        get_args(c.Command)
    )


@pytest.mark.parametrize(("command", "allowed", "phases"), TABLE, ids=NAMES)
def test_who_may(command: c.Command, allowed: set[str], phases: str) -> None:
    for person in EVERYONE:
        answer = sitting_in(phases[0]).ask(command, person)
        refused = isinstance(answer, Refusal) and answer.code == Code.NOT_ALLOWED
        assert refused == (person not in allowed), (person, answer)


@pytest.mark.parametrize(("command", "allowed", "phases"), TABLE, ids=NAMES)
def test_in_which_phase(command: c.Command, allowed: set[str], phases: str) -> None:
    codes = {
        "p": Code.MEETING_NOT_OPEN,
        "o": Code.MEETING_ALREADY_OPEN,
        "z": Code.MEETING_PAUSED,
        "c": Code.MEETING_CLOSED,
    }
    person = next(one for one in (SECRETARY, CHAIR, OPENER, CLOCK) if one in allowed)
    for phase, code in codes.items():
        answer = sitting_in(phase).ask(command, person)
        wrong = isinstance(answer, Refusal) and answer.code in codes.values()
        assert wrong == (phase not in phases), (phase, answer)
        assert not wrong or answer == Refusal(code)


def test_rights_are_checked_before_the_phase() -> None:
    assert sitting_in("c").refused(c.StartMeeting(), member(2)) == (Code.NOT_ALLOWED, {})


def test_roles_of_a_meeting() -> None:
    state = published().state
    assert presides(state, CHAIR)
    assert not presides(state, member(2))
    assert is_secretary(state, SECRETARY)
    assert not is_secretary(state, CHAIR)
    assert not is_secretary(state, "stranger")
    assert is_officer(state, CHAIR)
    assert is_officer(state, SECRETARY)
    assert not is_officer(state, DIRECTOR)


def test_whoever_presides_is_the_officer_and_no_longer_the_chair_of_the_roll() -> None:
    sitting = opened()
    assert sitting.do(c.NameActingChair(member(2)), CHAIR) == (e.ActingChairNamed(member(2)),)
    sitting.do(c.TakeUpItem("i1"), member(2))
    assert sitting.refused(c.TakeUpItem("i2"), CHAIR) == (Code.NOT_ALLOWED, {})
    assert sitting.do(c.NameActingChair(member(2))) == ()


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("stranger", Code.PERSON_NOT_ON_ROLL),
        (DIRECTOR, Code.NOT_A_MEMBER),
        (SECRETARY, Code.NOT_A_MEMBER),
    ],
)
def test_only_a_member_can_preside(person: str, code: Code) -> None:
    refused, params = opened().refused(c.NameActingChair(person))
    assert (refused, params["person"]) == (code, person)


# ---- the room's first command --------------------------------------------------------------------


def test_creating_a_meeting() -> None:
    command = c.CreateMeeting(" Hội nghị ", "27", "Phòng A", 5, 9, roll())
    assert create("m1", BODY, command, OFFICE) == (
        e.MeetingCreated("m1", BODY, "Hội nghị", "27", "Phòng A", 5, 9),
        e.RollSet(roll()),
    )


def test_creating_a_meeting_without_a_roll() -> None:
    assert create("m1", BODY, c.CreateMeeting("Họp"), OFFICE) == (
        e.MeetingCreated("m1", BODY, "Họp"),
    )


@pytest.mark.parametrize(
    ("command", "actor", "refusal"),
    [
        (c.CreateMeeting("Họp"), Actor("uv1", "t"), Refusal(Code.NOT_ALLOWED)),
        (c.CreateMeeting("  "), OFFICE, Refusal(Code.TITLE_MISSING)),
        (
            c.CreateMeeting("Họp", roll=(RollEntry("a", "A", "member"),)),
            OFFICE,
            Refusal(Code.CHAIR_MISSING),
        ),
    ],
)
def test_a_meeting_that_cannot_be_created(
    command: c.CreateMeeting, actor: Actor, refusal: Refusal
) -> None:
    assert create("m1", BODY, command, actor) == refusal


def test_a_room_is_created_once() -> None:
    answer = decide(begun().state, c.CreateMeeting("Họp"), OFFICE, 1)
    assert answer == Refusal(Code.MEETING_EXISTS, {"meeting": "m27"})
