"""A tablet checks by itself that its ballot is in the record, and believes nothing."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as change

from client import actions as a
from client.proof import Proving, check, polls_to_check
from client.selectors.display import display
from client.selectors.proof import proof
from client.state import AppState, Place, Proof, RoomView
from client.store import reduce
from server.journal.port import Sealed
from server.protocol import frames as f
from server.protocol.counts import Cast
from server.protocol.ledger import START
from server.protocol.merkle import Frontier, Tree, consistency
from server.protocol.office import BallotsProved, ProveBallots, ProvedBallot
from server.signing import LogKey
from tests.sitting import played, sealed
from tests.story import ME, ROOM, app_state

KEY, OTHER = LogKey(bytes(range(32))), LogKey(bytes(32))
STORY = played()
LOG = sealed(STORY)
POLLS = ("q2", "q3")


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def entry_of(log: list[Sealed], poll: str, person: str = ME) -> int:
    """The number of the person's ballot entry."""
    wanted = (b'"t":"BallotCast"', f'"poll":"{poll}"'.encode(), f'"person":"{person}"'.encode())
    return next(one.seq for one in log if all(part in one.raw for part in wanted))


def answer(log: list[Sealed] = LOG, key: LogKey = KEY, held: int = 0, **who: str) -> BallotsProved:
    """What an honest server says of that person's ballots."""
    leaves = [one.leaf for one in log]
    tree = Tree(leaves)
    point = key.checkpoint(ROOM, len(log), tree.root)
    ballots = []
    for poll in POLLS:
        one = log[entry_of(log, poll, who.get("person", ME)) - 1]
        path = tuple(step.hex() for step in tree.path(one.seq - 1))
        ballots.append(ProvedBallot(poll, one.seq, text(one.raw), text(one.salt), path))
    since = consistency(leaves, held) if held else ()
    steps = tuple(step.hex() for step in since)
    return BallotsProved(point.note, key.verifier(ROOM), tuple(ballots), steps)


def state() -> AppState:
    return app_state(STORY, place=Place("result", ROOM, poll="q2"))


def view() -> RoomView:
    return state().rooms[ROOM]


def test_the_published_polls_with_an_own_ballot_are_checked() -> None:
    assert polls_to_check(view()) == POLLS


def test_an_honest_answer_proves_every_ballot() -> None:
    found = check(view(), answer(), ME)
    assert dict(found.ballots) == {"q2": "in", "q3": "in"}
    assert found.fault == ""
    assert (found.size, found.key) == (len(LOG), KEY.public)
    assert found.root == Frontier(one.leaf for one in LOG).root()


def test_a_server_without_a_key_proves_nothing() -> None:
    assert check(view(), BallotsProved(), ME) == Proof()


def lie(**keys: Any) -> BallotsProved:
    """The answer with something else about the first ballot."""
    honest = answer()
    return change(honest, ballots=(change(honest.ballots[0], **keys), *honest.ballots[1:]))


OTHERS = answer(person="p08").ballots[0]


@pytest.mark.parametrize(
    "reply",
    [
        change(answer(), ballots=answer().ballots[1:]),
        lie(record=OTHERS.record, salt=OTHERS.salt, path=OTHERS.path, seq=OTHERS.seq),
        lie(record=text(b"{}")),
        lie(record="A"),
        lie(salt=text(bytes(15))),
        lie(salt=text(bytes(16))),
        lie(path=()),
        lie(path=(START.hex(),)),
        lie(seq=answer().ballots[1].seq),
        lie(seq=0),
    ],
)
def test_what_is_not_proved_is_said_to_be_wrong(reply: BallotsProved) -> None:
    found = check(view(), reply, ME)
    assert dict(found.ballots) == {"q2": "wrong", "q3": "in"}


def test_another_answer_than_the_own_is_wrong_although_it_is_in_the_record() -> None:
    held = view()
    other = change(held.personal.ballots["q2"], choice="against")
    ballots = {**held.personal.ballots, "q2": other}
    held = replace(held, personal=change(held.personal, ballots=ballots))
    assert check(held, answer(), ME).ballots["q2"] == "wrong"


def test_a_sealed_ballot_is_proved_to_be_cast() -> None:
    held = view()
    cast = {"q2": Cast("q2-p07", 1)}
    mine = change(held.personal, cast=cast, ballots={"q3": held.personal.ballots["q3"]})
    held = replace(held, personal=mine)
    open_ballot = check(held, answer(), ME)
    assert open_ballot.ballots["q2"] == "wrong"
    place = entry_of(LOG, "q2") - 1
    event = f'{{"t":"BallotSealed","poll":"q2","person":"{ME}","ballot":"q2-p07"}}'
    raw = f'{{"seq":{place + 1},"at":1,"event":{event}}}'.encode()
    log = [*LOG[:place], Sealed(place + 1, 1, raw, bytes(16)), *LOG[place + 1 :]]
    leaves = [one.leaf for one in log]
    tree = Tree(leaves)
    path = tuple(step.hex() for step in tree.path(place))
    note = KEY.checkpoint(ROOM, len(log), tree.root).note
    proved = ProvedBallot("q2", place + 1, text(raw), text(bytes(16)), path)
    reply = BallotsProved(note, KEY.verifier(ROOM), (proved,))
    assert check(held, reply, ME).ballots["q2"] == "in"


@pytest.mark.parametrize(
    ("held", "reply", "fault"),
    [
        (Proof(), change(answer(), key="?"), "signature"),
        (Proof(), change(answer(), key=KEY.verifier("m2")), "key"),
        (Proof(), change(answer(), checkpoint=answer(key=OTHER).checkpoint), "signature"),
        (check(view(), answer(), ME), answer(key=OTHER), "key"),
        (check(view(), answer(), ME), answer(LOG[:-1]), "consistency"),
        (replace(check(view(), answer(LOG[:90]), ME), root=START), answer(held=90), "consistency"),
        (check(view(), answer(LOG[:90]), ME), answer(), "consistency"),
    ],
)
def test_a_server_that_breaks_a_promise_is_found_out(
    held: Proof, reply: BallotsProved, fault: str
) -> None:
    found = check(replace(view(), proof=held), reply, ME)
    assert found == replace(held, fault=fault)


def test_a_later_checkpoint_goes_on_from_the_one_held() -> None:
    held = check(view(), answer(LOG[:90]), ME)
    later = check(replace(view(), proof=held), answer(held=90), ME)
    assert (later.fault, later.size) == ("", len(LOG))


# ---- asking, keeping, showing --------------------------------------------------------------------


def test_each_published_poll_is_asked_about_once() -> None:
    proving, now = Proving(), state()
    assert proving.due(now) == (ProveBallots(ROOM, 0),)
    assert proving.due(now) == ()
    parted = {ROOM: replace(now.rooms[ROOM], joined=False)}
    assert Proving().due(replace(now, rooms=parted)) == ()
    assert Proving().due(replace(now, login=None)) == ()


def test_the_next_question_waits_for_the_answer_to_the_first() -> None:
    proving, now = Proving(), state()
    room = now.rooms[ROOM]
    one = {"q2": room.state.polls["q2"]}
    early = replace(room, state=change(room.state, polls=one))
    assert proving.due(replace(now, rooms={ROOM: early})) == (ProveBallots(ROOM, 0),)
    assert proving.due(now) == ()
    known = replace(room, proof=check(early, answer(LOG[:90]), ME))
    assert proving.due(replace(now, rooms={ROOM: known})) == (ProveBallots(ROOM, 90),)


def test_the_answer_is_shown_in_words() -> None:
    now = state()
    before = proof(now)
    assert before is not None
    assert (before.outcome, before.code) == ("checking", "")
    now = reduce(now, f.Checkpointed(ROOM, "ABCD EFGH", 1))
    now = reduce(now, a.QuestionAnswered(ProveBallots(ROOM), answer()))
    after = proof(now)
    assert after is not None
    assert after.outcome == "in"
    assert "đã tự kiểm" in after.text
    assert after.code == "ABCD EFGH"
    assert "ABCD EFGH" in after.code_line
    wrong = reduce(state(), a.QuestionAnswered(ProveBallots(ROOM), lie(record="A")))
    found = proof(wrong)
    assert found is not None
    assert (found.outcome, "KHÔNG khớp" in found.text) == ("wrong", True)
    broken = reduce(state(), a.QuestionAnswered(ProveBallots(ROOM), change(answer(), key="?")))
    found = proof(broken)
    assert found is not None
    assert "KHÔNG còn" in found.text


def test_the_rooms_screen_shows_the_code_when_all_is_over() -> None:
    now = app_state(STORY, "mh", kind="display", place=Place("display", ROOM))
    assert display(now).paper == ""
    now = reduce(now, f.Checkpointed(ROOM, "ABCD EFGH", 1))
    shown = display(now)
    assert shown.mode == "closed"
    assert "ABCD EFGH" in shown.paper


def test_who_has_no_ballot_in_it_is_told_nothing() -> None:
    found = proof(app_state(STORY, "p14", place=Place("result", ROOM, poll="q2")))
    assert found is not None
    assert (found.outcome, found.text) == ("none", "")
    assert proof(state(), "nowhere") is None
    assert proof(AppState()) is None
    unknown = reduce(state(), a.QuestionAnswered(ProveBallots("m9"), answer()))
    assert unknown.rooms[ROOM].proof == Proof()
