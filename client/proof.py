"""Checking by ourselves that the own ballots are in the record. Pure.

Nothing that the server says is taken for true: the key must stay the one of before, the signature
must be right, a later checkpoint must go on from the earlier one, and every ballot must be the one
that this person has cast (SPEC 11.5).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from client.device.credentials import to_bytes
from client.state import AppState, Proof, RoomView
from server.protocol.checkpoint import (
    Checkpoint,
    Unsigned,
    origin,
    read_checkpoint,
    read_verifier,
)
from server.protocol.codec import Malformed, decode_record
from server.protocol.events import BallotCast, BallotSealed
from server.protocol.ids import MeetingId, PersonId, PollId
from server.protocol.ledger import SALT_BYTES, included, leaf
from server.protocol.merkle import consistent
from server.protocol.office import BallotsProved, ProveBallots, ProvedBallot
from server.protocol.state import Personal

_COUNTED = frozenset({"published"})
Outcome = Literal["in", "wrong"]


def check(view: RoomView, reply: BallotsProved, person: PersonId) -> Proof:
    """Return what is proved now of one meeting, by what is held and what the server answered."""
    if not reply.checkpoint:
        return view.proof
    found = _checkpoint(view.proof, reply, view.state.id)
    if isinstance(found, str):
        return replace(view.proof, fault=found)
    point, key = found
    told = {one.poll: one for one in reply.ballots}
    outcomes: dict[PollId, Outcome] = dict(view.proof.ballots)
    for poll in polls_to_check(view):
        entry = told.get(poll)
        is_in = entry is not None and _is_in(entry, point, view.personal, poll, person)
        outcomes[poll] = "in" if is_in else "wrong"
    return Proof(point.size, point.root, key, point.short, outcomes)


def polls_to_check(view: RoomView) -> tuple[PollId, ...]:
    """Return the published polls in which the person has cast a ballot."""
    cast = view.personal.ballots.keys() | view.personal.cast.keys()
    return tuple(
        poll.id
        for poll in view.state.polls.values()
        if poll.id in cast and poll.state in _COUNTED and not poll.rule.practice
    )


def _checkpoint(
    held: Proof, reply: BallotsProved, room: MeetingId
) -> tuple[Checkpoint, bytes] | str:
    """Return the newest checkpoint and its key, or which promise it breaks."""
    try:
        name, key = read_verifier(reply.key)
        if name != origin(key, room) or (held.key and held.key != key):
            return "key"
        point = read_checkpoint(reply.checkpoint, name, key)
    except Unsigned:
        return "signature"
    if held.size and not _goes_on(held, point, reply):
        return "consistency"
    return point, key


def _goes_on(held: Proof, point: Checkpoint, reply: BallotsProved) -> bool:
    since = [bytes.fromhex(one) for one in reply.since]
    return consistent(held.size, point.size, held.root, point.root, since)


def _is_in(
    entry: ProvedBallot, point: Checkpoint, own: Personal, poll: PollId, person: PersonId
) -> bool:
    """Say whether an entry is in the tree and is the ballot that this person holds."""
    try:
        raw, salt = to_bytes(entry.record), to_bytes(entry.salt)
        record = decode_record(raw)
    except (ValueError, Malformed):
        return False
    path = [bytes.fromhex(one) for one in entry.path]
    proved = len(salt) == SALT_BYTES and included(
        leaf(salt, raw), entry.seq - 1, point.size, path, point.root
    )
    event = record.event
    if not proved or record.seq != entry.seq:
        return False
    if isinstance(event, BallotSealed):
        cast = own.cast.get(poll)
        told = (event.poll, event.person, event.ballot)
        return cast is not None and told == (poll, person, cast.ballot)
    return isinstance(event, BallotCast) and _is_mine(event, own, poll, person)


def _is_mine(event: BallotCast, own: Personal, poll: PollId, person: PersonId) -> bool:
    mine = own.ballots.get(poll)
    if mine is None or (event.poll, event.person) != (poll, person):
        return False
    told = (event.ballot, event.choice, event.opinion, dict(event.answers))
    held = (mine.id, mine.choice, mine.opinion, dict(mine.answers))
    return (*told, event.names, event.write_ins) == (*held, mine.names, mine.write_ins)


class Proving:
    """Remembers what this process has asked for whom, so that it does so once.

    One question of a meeting at a time: the next goes on from the checkpoint of its answer.
    """

    def __init__(self) -> None:
        self._asked: set[tuple[PersonId, MeetingId, PollId]] = set()
        self._waiting: dict[MeetingId, Proof] = {}

    def due(self, state: AppState) -> tuple[ProveBallots, ...]:
        """Return what is to be asked now; it counts as asked from then on."""
        login = state.login
        if login is None or login.must_change or login.offline:
            return ()
        return tuple(self._questions(state.rooms, login.person))

    def _questions(
        self, rooms: Mapping[MeetingId, RoomView], person: PersonId
    ) -> Iterator[ProveBallots]:
        for room, view in rooms.items():
            fresh = {(person, room, poll) for poll in polls_to_check(view)} - self._asked
            if view.joined and fresh and self._waiting.get(room) is not view.proof:
                self._asked |= fresh
                self._waiting[room] = view.proof
                yield ProveBallots(room, view.proof.size)
