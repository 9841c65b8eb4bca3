"""The fold: total, equal on both ends, and equal for equal streams."""

from typing import get_args

import pytest

from server.protocol import events as e
from server.protocol.counts import PaperCount
from server.protocol.fold import apply, fold
from server.protocol.refusals import Code, Refusal
from server.protocol.state import (
    AgendaItem,
    File,
    MeetingState,
    Organization,
    Paper,
    Poll,
    RollEntry,
    Rule,
    Tally,
)

EMPTY = MeetingState("m", Organization("o", "O"), "Họp")
TALLY = Tally({"for": 1}, "present", 1, 1, 1, 1, True, 10_000, 10_000, 0, 1)
FILE = File("a" * 64, "b" * 64, 1, 1)
ITEM = AgendaItem("i", 0, "A", "A")
# One of each event, about things that this state has never heard of.
STRANGE: list[e.Event] = [
    e.MeetingCreated("m2", Organization("o", "O"), "Khác"),
    e.RollSet(()),
    e.ActingChairNamed("p"),
    e.ItemAdded(ITEM, 9, ("p",)),
    e.ItemEdited(ITEM, ("p",)),
    e.ItemMoved("i", 3),
    e.ItemDropped("i"),
    e.ItemPostponed("i", hold=True),
    e.PaperFiled("i", Paper("t", "T")),
    e.PaperReplaced("t", FILE),
    e.PaperWithdrawn("t"),
    e.AgendaPublished(1),
    e.MeetingStarted(),
    e.MeetingPaused(),
    e.MeetingResumed(),
    e.MeetingClosed(),
    e.AttendanceMarked({"p": "present"}),
    e.ItemTakenUp("i"),
    e.ItemConcluded("i"),
    e.FloorAsked("p"),
    e.FloorWithdrawn("p"),
    e.FloorGiven("p", 5),
    e.FloorExtended(5),
    e.FloorEnded(),
    e.PollPrepared("q", "i", "?", Rule()),
    e.SeriesArranged("s", ("x", "y")),
    e.PersonExcused("x", "p", reason="Người nhà"),
    e.KeysOffered("x", ("k" * 43, "l" * 43)),
    e.PollOpened("q", "i", "?", Rule(), 1, 1, 1, ("p",)),
    e.PollReminded("x"),
    e.PollPaused("x"),
    e.PollResumed("x"),
    e.PollExtended("x", 9),
    e.BallotCast("x", "p", "b", "for"),
    e.PersonCalled("x", "p"),
    e.HandCountEntered("x", "p", {"for": 1}),
    e.HandCountConfirmed("x", "p2"),
    e.BallotSealed("x", "p", "b"),
    e.PollClosed("x"),
    e.KeysLost("x"),
    e.SealedBatchOpened("x", ()),
    e.TieSettled("x", "p", ("a",), "Bốc thăm"),
    e.PaperCountOpened("x", 1, 1),
    e.PaperCountEntered("x", "p", "d", PaperCount(0, 0)),
    e.PaperCountCompared("x"),
    e.PaperCountReleased("x"),
    e.ConsensusRecorded("q", "i", "?", Rule(form="consensus")),
    e.PollPublished("x", TALLY),
    e.PollAnnulled("x", "vì"),
    e.CommentSent("p", "p", "x", "x"),
    e.CommentTaken("x"),
    e.HelpCalled("p", "tea"),
    e.HelpAnswered("p"),
    e.NoticeSent("Mời"),
    e.AgendaAcknowledged("p", "", 1),
    e.PaperReceived("p", "a" * 64),
    e.PaperOpened("p", "a" * 64),
]
WITHOUT_EFFECT = {
    "MeetingCreated",
    "RollSet",
    "ItemEdited",
    "ItemMoved",
    "ItemDropped",
    "ItemPostponed",
    "PaperFiled",
    "PaperReplaced",
    "PaperWithdrawn",
    "MeetingResumed",
    "ItemConcluded",
    "FloorWithdrawn",
    "FloorExtended",
    "FloorEnded",
    "SeriesArranged",
    "PersonExcused",
    "KeysOffered",
    "PollReminded",
    "PollPaused",
    "PollResumed",
    "PollExtended",
    "BallotCast",
    "PersonCalled",
    "HandCountEntered",
    "HandCountConfirmed",
    "BallotSealed",
    "PollClosed",
    "KeysLost",
    "SealedBatchOpened",
    "TieSettled",
    "PaperCountOpened",
    "PaperCountEntered",
    "PaperCountCompared",
    "PaperCountReleased",
    "PollPublished",
    "PollAnnulled",
    "CommentTaken",
    "HelpAnswered",
}


def test_every_event_is_here() -> None:
    assert [type(event) for event in STRANGE] == list(get_args(e.Event))


@pytest.mark.parametrize("event", STRANGE, ids=lambda event: type(event).__name__)
def test_what_is_not_known_leaves_the_state_as_it_is(event: e.Event) -> None:
    opened = apply(EMPTY, e.Entry(1, e.MeetingStarted()))
    after = apply(opened, e.Entry(2, event))
    assert (after == opened) == (type(event).__name__ in WITHOUT_EFFECT)


def test_a_stream_folds_from_its_first_event() -> None:
    assert fold([]) is None
    assert fold([e.Entry(1, e.MeetingStarted())]) is None
    made = e.MeetingCreated("m", Organization("o", "O"), "Họp", "12", "Phòng A", 3, 4)
    state = fold([e.Entry(1, made), e.Entry(2, e.MeetingStarted()), e.Entry(3, made)])
    assert state == MeetingState(
        "m", Organization("o", "O"), "Họp", "12", "Phòng A", 3, 4, phase="open", opened_at=2
    )


def folded(*events: e.Event) -> MeetingState:
    state = EMPTY
    for at, event in enumerate(events, start=1):
        state = apply(state, e.Entry(at, event))
    return state


GUEST = RollEntry("p", "P", "guest")
BEGUN: tuple[e.Event, ...] = (
    e.RollSet((GUEST, RollEntry("c", "C", "chair"), RollEntry("c2", "C2", "chair"))),
    e.ItemAdded(ITEM, 0, ("p", "c")),
    e.PaperFiled("i", Paper("t", "T")),
    e.MeetingStarted(),
    e.ItemTakenUp("i"),
    e.FloorAsked("x"),
    e.FloorGiven("y", 60),
)


def test_only_guests_are_invited_and_the_first_chair_presides() -> None:
    state = folded(*BEGUN)
    assert state.chair == "c"
    assert {person: one.items for person, one in state.roll.items()} == {
        "p": ("i",),
        "c": (),
        "c2": (),
    }


@pytest.mark.parametrize("event", [e.ItemDropped("i"), e.ItemPostponed("i", hold=True)])
def test_an_item_that_goes_takes_its_floor_with_it(event: e.Event) -> None:
    state = folded(*BEGUN, event)
    assert (state.current, state.floor, state.speaking) == ("", (), None)


def test_another_item_that_goes_leaves_the_floor() -> None:
    other = AgendaItem("j", 1, "B", "B")
    state = folded(*BEGUN, e.ItemAdded(other, 1), e.ItemPostponed("j", hold=True))
    assert state.current == "i"
    assert state.speaking is not None


def test_an_edit_carries_the_items_own_fields_and_no_progress() -> None:
    edited = AgendaItem("i", 7, "B", "b", 5, "P", "open", sites=True, changed_in=3, conclusion="x")
    (item,) = folded(*BEGUN, e.ItemConcluded("i", "Xong"), e.ItemEdited(edited)).items
    assert (item.number, item.title, item.changed_in, item.status) == (7, "B", 3, "now")
    assert (item.conclusion, len(item.papers), item.added_in) == ("Xong", 1, 1)


def test_an_edit_may_change_who_is_invited() -> None:
    state = folded(*BEGUN, e.ItemEdited(ITEM, ()))
    assert state.roll["p"].items == ()


def test_a_placeholder_has_no_version() -> None:
    (item,) = folded(*BEGUN).items
    assert (item.papers[0].version, item.papers[0].file) == (0, None)
    (item,) = folded(*BEGUN, e.PaperReplaced("t", FILE)).items
    assert (item.papers[0].version, item.papers[0].file) == (1, FILE)


def test_lookups() -> None:
    state = folded(*BEGUN, e.PollOpened("q", "i", "?", Rule(), 1, 1, 1, ("p",)))
    assert state.item("i") is not None
    assert state.item("x") is None
    assert state.paper("t") is not None
    assert state.paper("x") is None
    poll = state.open_poll()
    assert isinstance(poll, Poll)
    assert poll.id == "q"
    assert folded(*BEGUN).open_poll() is None


def test_a_refusal_is_a_value() -> None:
    assert Refusal(Code.NO_QUORUM, {"need": 10}) == Refusal(Code.NO_QUORUM, {"need": 10})
