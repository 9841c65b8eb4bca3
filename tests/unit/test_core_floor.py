"""Taking up and concluding items, the floor, help, notices, acknowledgements."""

import pytest

from server.core.redact import personal
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.refusals import Code
from server.protocol.state import Acknowledgement, Personal, Receipt, Speaking
from tests.core_meetings import (
    BUILDER,
    CHAIR,
    DIRECTOR,
    DISPLAY,
    SITE,
    Sitting,
    drafts,
    member,
    opened,
    pdf,
    published,
)


def statuses(sitting: Sitting) -> list[str]:
    return [item.status for item in sitting.state.items]


def test_the_next_item_finishes_the_one_before() -> None:
    sitting = opened()
    assert sitting.do(c.TakeUpItem("i0")) == (e.ItemTakenUp("i0"),)
    first = sitting.now
    sitting.do(c.AskFloor(), member(2))
    sitting.do(c.GiveFloor(member(3)))
    sitting.do(c.TakeUpItem("i2"))
    assert statuses(sitting) == ["done", "waiting", "now", "waiting"]
    assert (sitting.state.floor, sitting.state.speaking) == ((), None)
    assert sitting.do(c.TakeUpItem("i2")) == ()
    sitting.do(c.TakeUpItem("i0"))
    assert statuses(sitting) == ["now", "waiting", "done", "waiting"]
    assert sitting.state.items[0].taken_up_at == first


def test_an_item_that_is_set_aside_can_be_taken_up_again() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i1"))
    sitting.do(drafts(c.PostponeItem("i1")))
    assert sitting.state.current == ""
    sitting.do(c.TakeUpItem("i2"))
    sitting.do(c.TakeUpItem("i1"))
    assert statuses(sitting) == ["waiting", "now", "done", "waiting"]


def test_items_that_cannot_be_taken_up() -> None:
    sitting = opened().poll()
    assert sitting.refused(c.TakeUpItem("x")) == (Code.ITEM_UNKNOWN, {"item": "x"})
    assert sitting.refused(c.TakeUpItem("i3")) == (Code.POLL_STILL_OPEN, {"poll": "p2"})


def test_conclusions() -> None:
    sitting = opened()
    assert sitting.refused(c.ConcludeItem("x", "a")) == (Code.ITEM_UNKNOWN, {"item": "x"})
    assert sitting.refused(c.ConcludeItem("i1", "  ")) == (Code.TEXT_MISSING, {})
    command = c.ConcludeItem("i1", " Giao sở ", consensus=True)
    assert sitting.do(command) == (e.ItemConcluded("i1", "Giao sở", consensus=True),)
    assert sitting.do(command) == ()
    item = sitting.state.items[1]
    assert (item.conclusion, item.consensus, bool(item.concluded_at)) == ("Giao sở", True, True)
    sitting.do(c.CloseMeeting())
    sitting.do(c.ConcludeItem("i1", consensus=True))
    assert sitting.state.items[1].conclusion == ""


def test_the_floor() -> None:
    sitting = opened()
    assert sitting.do(c.AskFloor(), member(2)) == (e.FloorAsked(member(2)),)
    assert sitting.do(c.AskFloor(), member(3)) == (e.FloorAsked(member(3)),)
    assert personal(sitting.state, member(3)) == Personal({}, 2)
    assert sitting.refused(c.AskFloor(), member(2)) == (Code.FLOOR_ALREADY_ASKED, {})
    assert sitting.do(c.GiveFloor(member(2), 300)) == (e.FloorGiven(member(2), 300),)
    assert sitting.state.speaking == Speaking(member(2), sitting.now, 300)
    assert personal(sitting.state, member(3)).place == 1
    assert sitting.refused(c.AskFloor(), member(2)) == (Code.FLOOR_ALREADY_ASKED, {})
    assert sitting.do(c.ExtendFloor(120)) == (e.FloorExtended(120),)
    assert sitting.state.speaking.seconds == 420
    assert sitting.do(c.EndFloor()) == (e.FloorEnded(),)
    assert sitting.state.speaking is None


def test_a_person_ends_their_own_speech_or_leaves_the_queue() -> None:
    sitting = opened()
    sitting.do(c.GiveFloor(member(2)))
    sitting.do(c.AskFloor(), member(3))
    assert sitting.do(c.WithdrawFloor(), member(2)) == (e.FloorEnded(),)
    assert sitting.do(c.WithdrawFloor(), member(3)) == (e.FloorWithdrawn(member(3)),)
    assert sitting.refused(c.WithdrawFloor(), member(3)) == (Code.FLOOR_NOT_ASKED, {})
    assert sitting.state.floor == ()


def test_without_a_speaker() -> None:
    sitting = opened()
    assert sitting.refused(c.ExtendFloor()) == (Code.FLOOR_NOBODY, {})
    assert sitting.refused(c.EndFloor()) == (Code.FLOOR_NOBODY, {})


@pytest.mark.parametrize("person", ["stranger", DISPLAY])
def test_the_floor_is_for_people_on_the_roll(person: str) -> None:
    assert opened().refused(c.GiveFloor(person)) == (Code.PERSON_NOT_ON_ROLL, {"person": person})


def test_guests_and_sites_ask_only_while_they_see_the_item() -> None:
    sitting = opened()
    sitting.do(c.TakeUpItem("i2"))
    sitting.do(c.AskFloor(), DIRECTOR)
    assert sitting.refused(c.AskFloor(), BUILDER) == (Code.NOT_ALLOWED, {})
    assert sitting.refused(c.AskFloor(), SITE) == (Code.NOT_ALLOWED, {})
    assert sitting.refused(c.AskFloor(), DISPLAY) == (Code.NOT_ALLOWED, {})
    sitting.do(c.TakeUpItem("i1"))
    sitting.do(c.AskFloor(), SITE)


def test_help() -> None:
    sitting = published()
    assert sitting.refused(c.AnswerHelp(member(2))) == (
        Code.HELP_NOT_CALLED,
        {"person": member(2)},
    )
    assert sitting.do(c.CallHelp("tech"), member(2)) == (e.HelpCalled(member(2), "tech"),)
    assert sitting.do(c.CallHelp("tech"), member(2)) == ()
    sitting.do(c.CallHelp("tea"), member(2))
    assert [(one.person, one.kind) for one in sitting.state.help] == [(member(2), "tea")]
    assert sitting.do(c.AnswerHelp(member(2))) == (e.HelpAnswered(member(2)),)
    assert sitting.state.help == ()


def test_notices() -> None:
    sitting = published()
    assert sitting.refused(c.SendNotice("  ")) == (Code.TEXT_MISSING, {})
    assert sitting.do(c.SendNotice(" Nghỉ 10 phút ")) == (e.NoticeSent("Nghỉ 10 phút"),)
    assert sitting.state.notices[0].text == "Nghỉ 10 phút"


def test_acknowledging_the_agenda() -> None:
    sitting = published()
    sitting.do(drafts(c.DropItem("i0")))
    assert sitting.refused(c.AcknowledgeAgenda(3), member(2)) == (
        Code.VERSION_WRONG,
        {"version": 3, "current": 2},
    )
    assert sitting.do(c.AcknowledgeAgenda(2), member(2)) == (
        e.AgendaAcknowledged(member(2), "t1", 2),
    )
    assert sitting.state.acknowledged == {member(2): Acknowledgement(2, sitting.now)}
    assert sitting.do(c.AcknowledgeAgenda(2), member(2)) == ()
    assert sitting.do(c.AcknowledgeAgenda(1), member(2)) == ()
    assert sitting.do(c.AcknowledgeAgenda(0), member(3)) == ()


def test_receipts() -> None:
    sitting = published()
    sha = pdf("2").view_sha256
    assert sitting.do(c.AcknowledgePaper(sha), member(2)) == (e.PaperReceived(member(2), sha),)
    received = sitting.now
    assert sitting.do(c.AcknowledgePaper(sha), member(2)) == ()
    assert sitting.do(c.AcknowledgePaper(sha, "opened"), member(2)) == (
        e.PaperOpened(member(2), sha),
    )
    assert sitting.state.receipts[sha][member(2)] == Receipt(received, sitting.now)
    assert sitting.do(c.AcknowledgePaper(sha, "opened"), member(2)) == ()
    sitting.do(c.AcknowledgePaper(sha, "opened"), member(3))
    assert sitting.state.receipts[sha][member(3)] == Receipt(sitting.now, sitting.now)


@pytest.mark.parametrize(
    ("person", "letter", "named"),
    [
        (CHAIR, "3", True),
        (member(2), "3", True),
        (DIRECTOR, "2", True),
        (DIRECTOR, "3", False),
        (DIRECTOR, "4", False),
        (SITE, "1", True),
        (SITE, "2", False),
        (member(2), "f", False),
    ],
)
def test_a_receipt_needs_a_file_that_the_person_may_see(
    person: str, letter: str, named: bool
) -> None:
    sitting = published()
    command = c.AcknowledgePaper(pdf(letter).view_sha256)
    if named:
        sitting.do(command, person)
    else:
        assert sitting.refused(command, person) == (Code.FILE_UNKNOWN, {})


def test_an_older_version_of_a_paper_still_has_receipts() -> None:
    sitting = published()
    sitting.do(drafts(c.ReplacePaper("t2", pdf("5"))))
    sitting.do(c.AcknowledgePaper(pdf("2").view_sha256), DIRECTOR)
    sitting.do(c.AcknowledgePaper(pdf("5").view_sha256), DIRECTOR)
