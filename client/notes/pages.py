"""What is inside the envelopes: an operation with its paper, and marks that are shared. Pure."""

import msgspec
from msgspec import Struct

from client.ink import operations
from client.ink.marks import Mark
from client.ink.operations import BadOperation, Operation
from server.protocol.ids import MeetingId, PaperId, PersonId

PaperKey = tuple[MeetingId, PaperId]
"""Which paper a notebook is for: its meeting and itself, in all revisions."""


class _Leaf(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    room: MeetingId
    paper: PaperId
    operation: msgspec.Raw


class SharedMarks(Struct, frozen=True, forbid_unknown_fields=True):
    """Marks that somebody shows to others, as they were when they were shown."""

    room: MeetingId
    paper: PaperId
    marks: tuple[Mark, ...]


_leaf = msgspec.msgpack.Decoder(_Leaf)
_shared = msgspec.msgpack.Decoder(SharedMarks)


def write_leaf(paper: PaperKey, operation: Operation) -> bytes:
    """Return the clear bytes of an entry."""
    return msgspec.msgpack.encode(_Leaf(*paper, msgspec.Raw(operations.encode(operation))))


def read_leaf(clear: bytes) -> tuple[PaperKey, Operation]:
    """Return an entry's paper and operation. Raises BadOperation."""
    try:
        leaf = _leaf.decode(clear)
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise BadOperation(str(fault)) from None
    return (leaf.room, leaf.paper), operations.decode(bytes(leaf.operation))


def write_shared(shared: SharedMarks) -> bytes:
    """Return the clear bytes of a share."""
    return msgspec.msgpack.encode(shared)


def read_shared(clear: bytes, sender: PersonId) -> SharedMarks:
    """Return what was shared. Raises BadOperation for anything else, and for others' marks."""
    try:
        shared = _shared.decode(clear)
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise BadOperation(str(fault)) from None
    for mark in shared.marks:
        operations.check(mark)
        if mark.by != sender:
            raise BadOperation("a mark of somebody else")
    return shared
