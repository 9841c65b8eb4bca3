"""A sealed ballot: one length for all, two layers, one order; and what each opener can do alone."""

import random
import stat
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from client.sealing import as_sent, seal
from client.state import AppState
from server.protocol.codec import Malformed
from server.protocol.commands import AskFloor, CastBallot, SealBallot
from server.protocol.counts import Slip
from server.protocol.rules import Candidate, Rule
from server.protocol.sealing import about, from_plain, in_order, plain_size, to_plain
from server.protocol.state import Poll
from server.sealed import opener
from tests.story import ROOM, Story, app_state

SECRET = Rule(form="secret", secrecy="sealed")
PEOPLE = tuple(Candidate(f"c{n:02d}", f"Người {n}") for n in range(60))
NAMES = Rule(form="election_surplus", secrecy="sealed", candidates=PEOPLE, places=15)
WRITTEN = Rule(form="nomination", secrecy="sealed", candidates=PEOPLE, places=3, write_ins=True)
OPINION = Rule(form="open", secrecy="sealed")


@pytest.mark.parametrize(
    ("rule", "slips"),
    [
        (SECRET, [Slip("for"), Slip("against"), Slip()]),
        (NAMES, [Slip(names=tuple(one.id for one in PEOPLE[:n])) for n in (0, 1, 15, 60)]),
        (WRITTEN, [Slip(write_ins=("Ủ" * 300,) * n) for n in (0, 3)]),
        (OPINION, [Slip("other", "ý kiến " * n) for n in (0, 1, 1000, 1142)]),
    ],
)
def test_every_ballot_of_a_poll_has_one_length(rule: Rule, slips: list[Slip]) -> None:
    plain = [to_plain(slip, rule) for slip in slips]
    assert {len(one) for one in plain} == {plain_size(rule)}
    assert [from_plain(one) for one in plain[:-1]] == slips[:-1]


def test_an_opinion_that_is_too_long_is_cut_and_nothing_else_is() -> None:
    told = from_plain(to_plain(Slip("other", "Ủ" * 8000), OPINION))
    assert told.choice == "other"
    assert 2000 < len(told.opinion) < 8000
    with pytest.raises(ValueError, match="does not fit"):
        to_plain(Slip(write_ins=("Ủ" * 300,) * 200), SECRET)


def test_the_order_of_touches_does_not_show() -> None:
    one = Slip(answers={"c01": "for", "c00": "against"}, names=("c05", "c02"), write_ins=("B", "A"))
    two = Slip(answers={"c00": "against", "c01": "for"}, names=("c02", "c05"), write_ins=("A", "B"))
    assert to_plain(one, NAMES) == to_plain(two, NAMES)


@pytest.mark.parametrize("plain", [b"", b"\0\0\0\5hello", bytes(1024), b"\0\0\0\2\xff\xff", b"{}"])
def test_what_is_no_ballot_is_malformed(plain: bytes) -> None:
    with pytest.raises(Malformed):
        from_plain(plain)


# ---- the layers ----------------------------------------------------------------------------------


def poll_for(folder: Path, rule: Rule = SECRET) -> Poll:
    keys = tuple(opener.offer(folder / str(n), ROOM, "q1") for n in (1, 2))
    return Poll("q1", "i1", "Đồng ý?", rule, keys=keys)


def raw(envelope: str) -> bytes:
    return urlsafe_b64decode(envelope + "=" * (-len(envelope) % 4))


def opened(folder: Path, envelopes: list[bytes]) -> tuple[bytes, ...]:
    inner = opener.open_layer(folder / "1", ROOM, "q1", 1, envelopes)
    return opener.open_layer(folder / "2", ROOM, "q1", 2, inner)


def test_both_openers_together_read_what_was_sealed(tmp_path: Path) -> None:
    poll = poll_for(tmp_path)
    slips = [Slip("for"), Slip("against"), Slip("for")]
    envelopes = [seal(slip, poll, ROOM) for slip in slips]
    assert len({len(one) for one in envelopes}) == 1
    assert len(set(envelopes)) == 3, "the same choice never looks the same"
    plain = opened(tmp_path, [raw(one) for one in envelopes])
    assert in_order(from_plain(one) for one in plain) == in_order(slips)


def test_neither_opener_alone_reads_anything(tmp_path: Path) -> None:
    envelope = raw(seal(Slip("for"), poll_for(tmp_path), ROOM))
    (inner,) = opener.open_layer(tmp_path / "1", ROOM, "q1", 1, [envelope])
    with pytest.raises(Malformed):
        from_plain(inner)
    assert b'"for"' not in inner
    assert opener.open_layer(tmp_path / "2", ROOM, "q1", 1, [envelope]) == ()
    assert opener.open_layer(tmp_path / "2", ROOM, "q1", 2, [envelope]) == ()


def test_a_layer_is_bound_to_its_poll_and_place(tmp_path: Path) -> None:
    envelope = raw(seal(Slip("for"), poll_for(tmp_path), "m9"))
    assert opener.open_layer(tmp_path / "1", ROOM, "q1", 1, [envelope, b"?", b""]) == ()
    assert about("m1", "q1", 1) != about("m1", "q1", 2)


def test_the_order_of_casting_is_gone_after_each_opener(tmp_path: Path) -> None:
    poll = poll_for(tmp_path)
    envelopes = [raw(seal(Slip("for" if n % 3 else "against"), poll, ROOM)) for n in range(9)]
    results = set()
    for _ in range(5):
        random.shuffle(envelopes)
        inner = opener.open_layer(tmp_path / "1", ROOM, "q1", 1, envelopes)
        assert list(inner) == sorted(inner)
        results.add((inner, opener.open_layer(tmp_path / "2", ROOM, "q1", 2, inner)))
    assert len(results) == 1


def test_keys_are_made_once_kept_apart_and_destroyed(tmp_path: Path) -> None:
    poll = poll_for(tmp_path)
    assert poll_for(tmp_path).keys == poll.keys
    assert len(set(poll.keys)) == 2
    file = tmp_path / "1" / f"{ROOM}.q1.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert opener.held(tmp_path / "1") == [(ROOM, "q1")]
    envelope = raw(seal(Slip("for"), poll, ROOM))
    opener.destroy(tmp_path / "1", ROOM, "q1")
    opener.destroy(tmp_path / "1", ROOM, "q1")
    assert opener.held(tmp_path / "1") == []
    with pytest.raises(opener.KeyGone):
        opener.open_layer(tmp_path / "1", ROOM, "q1", 1, [envelope])
    assert poll_for(tmp_path).keys != poll.keys


def test_one_layer_is_forbidden(tmp_path: Path) -> None:
    key = opener.offer(tmp_path, ROOM, "q1")
    for keys in ((), (key,), (key, key)):
        with pytest.raises(ValueError, match="two openers"):
            seal(Slip("for"), Poll("q1", "i1", "Đồng ý?", SECRET, keys=keys), ROOM)


# ---- what leaves the device ----------------------------------------------------------------------


def test_in_a_sealed_poll_only_the_envelope_leaves_the_device(tmp_path: Path) -> None:
    from dataclasses import replace

    from msgspec.structs import replace as change

    now = app_state(Story().open())
    room = now.rooms[ROOM]
    open_poll = Poll("q2", "i1", "Công khai?", Rule())
    polls = {"q1": poll_for(tmp_path), "q2": open_poll}
    now = replace(now, rooms={ROOM: replace(room, state=change(room.state, polls=polls))})
    cast = CastBallot("q1", "b2", "against", replaces="b1")
    sent = as_sent(now, ROOM, cast)
    assert isinstance(sent, SealBallot)
    assert (sent.poll, sent.ballot, sent.replaces) == ("q1", "b2", "b1")
    (plain,) = opened(tmp_path, [raw(sent.envelope)])
    assert from_plain(plain) == Slip("against")
    for other in (CastBallot("q2", "b1", "for"), CastBallot("q9", "b1", "for"), AskFloor()):
        assert as_sent(now, ROOM, other) is other
    assert as_sent(AppState(), ROOM, cast) is cast
