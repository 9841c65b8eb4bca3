"""The meeting line as tables: frames in, actions and frames out, no socket anywhere."""

import itertools
import json
from collections.abc import Iterable
from typing import Any

import pytest

from client import actions as a
from client.device.credentials import DeviceKey, Identity, to_text
from client.session import Session
from client.state import Pending
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.codec import Malformed, encode
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Organization, ShownPage

BODY = Organization("o1", "Ban Thường vụ")
CA = bytes(range(32))
NONCE = to_text(bytes(32))
CHALLENGE = f.Challenge(NONCE, "Phòng họp", f.PROTOCOL, CA.hex(), 1_000)
AUTHENTICATED = f.Authenticated("Máy 07", (o.Seat("p1", "Lê Văn An"),), "p1")
SIGNED_IN = f.SignedIn("token", "p1", "Lê Văn An")
GIVEN = "given"
BALLOT = c.CastBallot("q1", "b1", "for")
PAGE = ShownPage("p1", "i1", "pp1", 1, 3)


class Kept:
    """An outbox in memory."""

    def __init__(self) -> None:
        self.letters: dict[str, Pending] = {}

    def keep(self, person: str, pending: Pending) -> None:
        assert person
        self.letters[pending.id] = pending

    def drop(self, request: str) -> None:
        self.letters.pop(request, None)


class Line:
    """A session, and a server that says what a test wants."""

    def __init__(self, outbox: Kept | None = None) -> None:
        self.outbox = outbox or Kept()
        numbers = itertools.count(1)
        identity = Identity("d1", DeviceKey(bytes(32)), CA)
        self.session = Session(identity, self.outbox, lambda: f"r{next(numbers)}")

    def hears(self, *frames: f.ServerFrame) -> list[a.Action]:
        return [one for frame in frames for one in self.session.receive(encode(frame))]

    def says(self) -> list[dict[str, Any]]:
        return [json.loads(raw) for raw in self.session.outgoing()]

    def signed(self) -> "Line":
        self.session.opened()
        self.hears(CHALLENGE, AUTHENTICATED)
        self.session.sign_in("p1", "123456")
        self.hears(SIGNED_IN)
        self.says()
        return self

    def joined(self, room: str = "m1", position: int = 3) -> "Line":
        self.signed().hears(meetings(room), snapshot(room, position), joined(room, position))
        self.says()
        return self


def meetings(*rooms: str, phase: str = "open") -> f.Meetings:
    cards = (card(room, phase) for room in rooms)
    return f.Meetings(tuple(cards))


def card(room: str, phase: Any = "open") -> o.MeetingCard:
    return o.MeetingCard(room, BODY, "Hội nghị", "", "", 0, 0, phase, "member")


def snapshot(room: str, position: int, epoch: str = "e1") -> f.Snapshot:
    return f.Snapshot(room, epoch, position, MeetingState(room, BODY, "Hội nghị"))


def joined(room: str, position: int, epoch: str = "e1") -> f.Joined:
    return f.Joined(room, epoch, position, 2_000)


def events(first: int, *news: e.Event, epoch: str = "e1", room: str = "m1") -> f.Events:
    return f.Events(room, epoch, first, tuple(e.Entry(5, one) for one in news))


def kinds(frames: Iterable[dict[str, Any]]) -> list[str]:
    return [frame["t"] for frame in frames]


# ---- who is here ---------------------------------------------------------------------------------


def test_it_answers_the_challenge_with_its_key() -> None:
    line = Line()
    line.session.opened()
    assert line.hears(CHALLENGE) == [CHALLENGE]
    (said,) = line.says()
    assert said["device"] == "d1"
    signature = DeviceKey(bytes(32)).authenticate(CA, bytes(32))
    assert said["signature"] == signature


def test_a_server_of_another_protocol_is_not_spoken_to() -> None:
    line = Line()
    line.session.opened()
    other = f.Challenge(NONCE, "Phòng họp", 9, CA.hex(), 1_000)
    (told,) = line.hears(other)
    assert told == a.LineChanged(
        "refused", Refusal(Code.PROTOCOL_VERSION, {"server": 9, "client": f.PROTOCOL})
    )
    assert line.session.over
    assert line.says() == []


def test_nobody_signs_in_before_the_line_is_ready() -> None:
    line = Line()
    assert not line.session.sign_in("p1", "123456")
    line.session.opened()
    assert not line.session.sign_in("p1", "123456")
    line.hears(CHALLENGE, AUTHENTICATED)
    assert line.session.sign_in("p1", "123456")
    assert kinds(line.says()) == ["Authenticate", "SignIn"]


def test_a_lost_line_resumes_the_login_without_a_pin() -> None:
    line = Line().signed()
    line.session.closed()
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED)
    assert line.says()[-1] == {"t": "Resume", "token": "token"}


def test_a_display_resumes_with_the_token_it_is_given() -> None:
    line = Line()
    line.session.opened()
    line.hears(CHALLENGE, f.Authenticated("Màn hình", (), "s1", token=GIVEN))
    assert line.says()[-1] == {"t": "Resume", "token": GIVEN}


def test_a_wrong_pin_leaves_the_page_where_it_is() -> None:
    line = Line()
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED)
    line.session.sign_in("p1", "000000")
    wrong = Refusal(Code.PIN_WRONG, {"left": 4})
    assert line.hears(f.Refused(wrong)) == [a.EnrolmentRefused(wrong)]
    assert line.session.sign_in("p1", "123456")


@pytest.mark.parametrize("code", [Code.TOKEN_WRONG, Code.PLACE_MOVED])
def test_a_login_that_is_over_ends_here_too(code: Code) -> None:
    line = Line().signed()
    line.session.closed()
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED)
    refusal = Refusal(code)
    assert line.hears(f.Refused(refusal)) == [a.SignedOut(refusal)]
    assert line.session.token == ""


def test_a_server_too_busy_to_resume_is_tried_again_with_the_same_login() -> None:
    line = Line().signed()
    line.session.closed()
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED)
    assert line.hears(f.Refused(Refusal(Code.TOO_MANY_REQUESTS))) == []
    assert line.session.over
    assert line.session.token == SIGNED_IN.token


def test_a_place_that_moved_during_the_meeting_signs_out() -> None:
    line = Line().joined()
    refusal = Refusal(Code.PLACE_MOVED)
    assert line.hears(f.Refused(refusal)) == [a.SignedOut(refusal)]


@pytest.mark.parametrize(
    ("code", "state", "over"),
    [(Code.DEVICE_WAITING, "waiting", False), (Code.DEVICE_REVOKED, "refused", True)],
)
def test_a_device_that_is_not_taken(code: Code, state: Any, over: bool) -> None:
    line = Line()
    line.session.opened()
    line.hears(CHALLENGE)
    refusal = Refusal(code)
    assert line.hears(f.Refused(refusal)) == [a.LineChanged(state, refusal)]
    assert line.session.over is over
    assert line.session.hindered


def test_an_approved_device_comes_back_on_a_new_line() -> None:
    line = Line()
    line.session.opened()
    line.hears(CHALLENGE, f.Refused(Refusal(Code.DEVICE_WAITING)))
    assert line.hears(f.Approved()) == []
    assert line.session.over


def test_a_pin_is_changed_only_by_somebody_who_is_here() -> None:
    line = Line()
    assert not line.session.change_pin("1234", "5678")
    line.signed()
    assert line.session.change_pin("1234", "5678")
    weak = Refusal(Code.PIN_WEAK)
    assert line.hears(f.Refused(weak)) == [a.EnrolmentRefused(weak)]


def test_signing_out_leaves_nothing_of_the_person() -> None:
    line = Line().joined()
    line.session.request("m1", BALLOT, 1)
    line.session.sign_out()
    assert kinds(line.says()) == ["Request", "SignOut"]
    assert (line.session.token, line.session.person) == ("", "")
    assert list(line.outbox.letters) == ["r1"]
    line.session.sign_out()
    assert line.says() == []


def test_another_person_begins_with_nothing_of_the_one_before() -> None:
    line = Line().joined()
    line.session.request("m1", BALLOT, 1)
    line.hears(f.SignedIn("other", "p2", "Trần Thị Mai"))
    line.says()
    line.hears(meetings("m1"))
    assert line.says() == [{"t": "Hello", "room": "m1"}]


def test_an_offline_login_is_resumed_when_the_line_comes() -> None:
    line = Line()
    line.session.enter("p1", "kept")
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED)
    assert line.says()[-1] == {"t": "Resume", "token": "kept"}
    again = Line()
    again.session.opened()
    again.hears(CHALLENGE, AUTHENTICATED)
    again.session.enter("p1", "kept")
    assert again.says()[-1] == {"t": "Resume", "token": "kept"}


# ---- rooms ---------------------------------------------------------------------------------------


def test_every_meeting_of_the_person_is_joined() -> None:
    line = Line().signed()
    line.hears(meetings("m1", "m2"))
    assert [frame["room"] for frame in line.says()] == ["m1", "m2"]
    line.hears(meetings("m1", "m2", "m3"))
    assert [frame["room"] for frame in line.says()] == ["m3"]


def test_with_many_meetings_those_to_come_are_joined_first() -> None:
    line = Line().signed()
    old = tuple(card(f"old{n}", "closed") for n in range(8))
    line.hears(f.Meetings((*old, card("m1"))))
    rooms = [frame["room"] for frame in line.says()]
    assert rooms[0] == "m1"
    assert len(rooms) == 8


def test_a_room_held_on_disk_is_joined_from_there() -> None:
    line = Line().signed()
    line.session.hold("m1", "e1", 41)
    line.hears(meetings("m1"))
    assert line.says() == [{"t": "Hello", "room": "m1", "epoch": "e1", "position": 41}]
    missed = events(42, e.MeetingStarted())
    assert line.hears(missed, joined("m1", 42)) == [missed, joined("m1", 42)]


def test_what_is_held_in_memory_is_newer_than_the_disk() -> None:
    line = Line().joined(position=3)
    line.session.hold("m1", "e0", 1)
    line.session.closed()
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED, SIGNED_IN, meetings("m1"))
    assert line.says()[-1] == {"t": "Hello", "room": "m1", "epoch": "e1", "position": 3}


def test_events_move_the_place_from_which_a_lost_line_goes_on() -> None:
    line = Line().joined(position=3)
    line.hears(events(4, e.MeetingStarted(), e.MeetingPaused()))
    line.session.closed()
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED, SIGNED_IN, meetings("m1"))
    assert line.says()[-1]["position"] == 5


def test_a_gap_is_asked_for_and_not_applied() -> None:
    line = Line().joined(position=3)
    assert line.hears(events(6, e.MeetingStarted())) == []
    assert line.says() == [{"t": "Hello", "room": "m1", "epoch": "e1", "position": 3}]
    assert line.hears(events(7, e.MeetingPaused())) == []
    assert line.says() == []


def test_another_epoch_is_asked_for_whole() -> None:
    line = Line().joined(position=3)
    assert line.hears(events(4, e.MeetingStarted(), epoch="e2")) == []
    assert line.says() == [{"t": "Hello", "room": "m1"}]
    fresh = snapshot("m1", 9, "e2")
    assert line.hears(fresh, joined("m1", 9, "e2")) == [fresh, joined("m1", 9, "e2")]


def test_a_snapshot_that_comes_unasked_replaces_the_place() -> None:
    line = Line().joined(position=3)
    line.hears(snapshot("m1", 7, "e2"))
    news = events(8, e.MeetingStarted(), epoch="e2")
    assert line.hears(news) == [news]


def test_joined_elsewhere_than_we_are_starts_from_nothing() -> None:
    line = Line().signed()
    line.session.hold("m1", "e1", 41)
    line.hears(meetings("m1"))
    line.says()
    assert line.hears(joined("m1", 40)) == []
    assert line.says() == [{"t": "Hello", "room": "m1"}]


def test_frames_of_a_room_that_is_none_of_ours_mean_nothing() -> None:
    line = Line().joined()
    assert line.hears(snapshot("other", 1)) == []


def test_a_meeting_that_is_lost_is_forgotten() -> None:
    line = Line().joined()
    gone = f.Refused(Refusal(Code.ROOM_UNKNOWN, {"room": "m1"}))
    assert line.hears(gone) == [a.RoomLost("m1")]
    assert line.hears(events(4, e.MeetingStarted())) == []


def test_presence_and_drafts_pass_as_they_are() -> None:
    line = Line().joined()
    present = f.Present("m1", 13)
    assert line.hears(present) == [present]


def test_what_cannot_be_read_is_an_error_of_the_line() -> None:
    with pytest.raises(Malformed):
        Line().session.receive(b'{"t":"Riddle"}')


def test_a_refusal_of_the_frame_before_is_said() -> None:
    line = Line().joined()
    said = line.hears(f.Refused(Refusal(Code.OUT_OF_TURN, {"frame": "Show"})))
    assert said == [a.MessageShown("refusal.out_of_turn", {"frame": "Show"})]
    assert line.hears(f.Refused(Refusal(Code.SERVER_CLOSING))) == []


# ---- requests ------------------------------------------------------------------------------------


def test_a_request_waits_for_its_room_and_is_sent_once() -> None:
    line = Line().signed()
    line.session.request("m1", BALLOT, 1)
    assert line.says() == []
    line.hears(meetings("m1"), snapshot("m1", 3))
    line.says()
    line.hears(joined("m1", 3))
    assert kinds(line.says()) == ["Request"]
    line.session.retry()
    assert line.says() == []


def test_it_is_sent_again_under_the_same_id_until_it_is_answered() -> None:
    line = Line().joined()
    pending = line.session.request("m1", BALLOT, 1)
    first = line.says()
    line.session.closed()
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED, SIGNED_IN, meetings("m1"), joined("m1", 3))
    assert line.says()[-1:] == first
    assert line.hears(f.Accepted(pending.id, 9)) == [a.CommandAccepted(pending, 9)]
    assert line.outbox.letters == {}
    assert line.hears(f.Accepted(pending.id, 9)) == []


def test_requests_of_the_process_before_go_first() -> None:
    line = Line().signed()
    newer = line.session.request("m1", BALLOT, 2)
    older = Pending("old1", "m1", c.AskFloor(), 1)
    line.session.restore((older,))
    line.hears(meetings("m1"), snapshot("m1", 3), joined("m1", 3))
    sent = [frame["id"] for frame in line.says() if frame["t"] == "Request"]
    assert sent == ["old1", newer.id]


def test_a_refusal_ends_a_request() -> None:
    line = Line().joined()
    pending = line.session.request("m1", BALLOT, 1)
    late = Refusal(Code.POLL_CLOSED)
    assert line.hears(f.Refused(late, pending.id)) == [a.CommandRefused(pending, late)]
    assert line.outbox.letters == {}


@pytest.mark.parametrize("code", [Code.TOO_MANY_REQUESTS, Code.SERVER_CLOSING, Code.NOT_RECORDED])
def test_a_refusal_of_the_moment_lets_a_ballot_wait(code: Code) -> None:
    line = Line().joined()
    pending = line.session.request("m1", BALLOT, 1)
    first = line.says()
    assert line.hears(f.Refused(Refusal(code), pending.id)) == []
    assert line.says() == []
    line.session.retry()
    assert line.says() == first
    assert list(line.outbox.letters) == [pending.id]


def test_what_could_not_be_recorded_is_said_when_it_is_no_ballot() -> None:
    line = Line().joined()
    pending = line.session.request("m1", c.OpenPoll("q1"), 1)
    full = Refusal(Code.NOT_RECORDED)
    assert line.hears(f.Refused(full, pending.id)) == [a.CommandRefused(pending, full)]


def test_not_joined_joins_and_sends_again() -> None:
    line = Line().joined()
    pending = line.session.request("m1", BALLOT, 1)
    line.says()
    line.hears(f.Refused(Refusal(Code.NOT_JOINED), pending.id))
    assert kinds(line.says()) == ["Hello"]
    line.hears(joined("m1", 3))
    assert kinds(line.says()) == ["Request"]


def test_what_the_device_asks_by_itself_is_neither_kept_nor_told() -> None:
    line = Line().joined()
    pending = line.session.request("m1", c.AcknowledgeAgenda(2), 1, quiet=True)
    assert line.outbox.letters == {}
    refusal = Refusal(Code.VERSION_WRONG)
    told = line.hears(f.Refused(refusal, pending.id))
    assert told == [a.CommandRefused(pending, refusal, quiet=True)]


def test_a_request_for_a_meeting_that_is_gone_is_refused_here() -> None:
    line = Line().joined()
    pending = line.session.request("m1", BALLOT, 1)
    told = line.hears(meetings("m2"))[1:]
    assert told == [a.CommandRefused(pending, Refusal(Code.ROOM_UNKNOWN))]


def test_an_answer_to_nothing_means_nothing() -> None:
    line = Line().joined()
    assert line.hears(f.Refused(Refusal(Code.POLL_CLOSED), "who")) == []
    assert line.hears(f.Answer("who", o.Done())) == []


def test_questions_are_asked_again_after_a_lost_line() -> None:
    line = Line().joined()
    question = o.ListPeople("o1")
    line.session.ask(question)
    first = line.says()
    line.session.closed()
    line.session.ask(o.ListDevices())
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED, SIGNED_IN)
    assert [frame for frame in line.says() if frame["t"] == "Ask"][:1] == first
    reply = o.People(())
    assert line.hears(f.Answer("r1", reply)) == [a.QuestionAnswered(question, reply)]
    refusal = Refusal(Code.NOT_ALLOWED)
    told = line.hears(f.Refused(refusal, "r2"))
    assert told == [a.QuestionRefused(o.ListDevices(), refusal)]


# ---- presence ------------------------------------------------------------------------------------


def test_presence_is_told_at_once_and_again_after_a_lost_line() -> None:
    line = Line().joined()
    line.session.show("m1", PAGE)
    line.session.ready("m1", ready=True)
    line.session.ready("m1", ready=True)
    assert kinds(line.says()) == ["Show", "Ready"]
    line.session.closed()
    line.session.show("m1", PAGE)
    assert line.says() == []
    line.session.opened()
    line.hears(CHALLENGE, AUTHENTICATED, SIGNED_IN, meetings("m1"), joined("m1", 3))
    assert kinds(line.says())[-2:] == ["Show", "Ready"]


def test_a_page_no_longer_shown_is_not_shown_again() -> None:
    line = Line().joined()
    line.session.show("m1", PAGE)
    line.session.show("m1", None)
    assert [frame.get("page") for frame in line.says()][-1] is None
    line.hears(joined("m1", 3))
    assert line.says() == []
