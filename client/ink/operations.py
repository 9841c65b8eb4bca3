"""The operation log: what is kept, sent and merged instead of the marks themselves.

An operation belongs to the log of one person's marks on one paper. Each device numbers its own from
1 without gaps. They commute: every order of the same operations gives the same marks (`merge`).
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from client.ink.clock import LATEST
from client.ink.marks import Colour, Mark, MarkId, MarkKind, Stroke, Target, Tool
from client.ink.packing import MAX_BYTES, BadStroke, looks_whole, unpack
from client.ink.pieces import Part, StrokeId
from server.protocol.ids import DeviceId, PersonId, Sha256

MAX_OPERATION = 224 * 1024
"""Bytes of one encoded operation; a longer change is made of several."""
Number = Annotated[int, Meta(ge=1, le=2**40)]
Stamp = Annotated[int, Meta(ge=1, le=LATEST)]


class BadOperation(ValueError):  # noqa: N818 - it names the state of the bytes
    """Bytes that are no operation."""


class Id(NamedTuple):
    """Which operation: the device that made it, and its number there."""

    device: DeviceId
    number: Number


class _Action(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag=True):
    """What an operation does to one mark."""

    mark: MarkId


class Put(_Action, frozen=True):
    """The mark is there, with these fields changed; None leaves a field as it is.

    The first one of a mark says its kind, writer and time; `targets` and `strokes` add to or
    replace single entries. Strokes never change: the same id has the same points everywhere.
    """

    kind: MarkKind | None = None
    by: PersonId | None = None
    created: Stamp | None = None
    colour: Colour | None = None
    width: Annotated[float, Meta(ge=0.05, le=200)] | None = None
    tool: Tool | None = None
    body: Annotated[str, Meta(max_length=20_000)] | None = None
    shared: tuple[PersonId, ...] | None = None
    targets: Mapping[Sha256, Target] = {}
    strokes: Mapping[StrokeId, Annotated[bytes, Meta(max_length=MAX_BYTES)]] = {}
    parts: Mapping[StrokeId, Part] = {}
    """Of these strokes, which are pieces of others, and of which as they were drawn."""


class Erase(_Action, frozen=True):
    """These strokes are gone, as far as the operations named had put them there."""

    strokes: Mapping[StrokeId, tuple[Id, ...]]


class Delete(_Action, frozen=True):
    """The mark is gone, as far as the operations named are concerned: an unseen one keeps it."""

    seen: tuple[Id, ...]


Action = Put | Erase | Delete


class Operation(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One change, by one device at one time."""

    device: DeviceId
    number: Number
    at: Stamp
    action: Action

    @property
    def id(self) -> Id:
        """Its name in the log."""
        return Id(self.device, self.number)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Operation).decode


def encode(operation: Operation) -> bytes:
    """Return the MessagePack of an operation."""
    return _encode(operation)


def decode(raw: bytes) -> Operation:
    """Return the operation. Raises BadOperation for anything else, cut-off strokes included."""
    if len(raw) > MAX_OPERATION:
        raise BadOperation("too long")
    try:
        operation: Operation = _decode(raw)
        if isinstance(operation.action, Put):
            put = operation.action
            if not all(map(looks_whole, put.strokes.values())):
                raise BadOperation("no stroke")
            _check(put.targets.values())
    except (msgspec.MsgspecError, RecursionError, UnicodeError, BadStroke) as fault:
        raise BadOperation(str(fault)) from None
    return operation


def check(mark: Mark) -> None:
    """Look into a mark that came from somebody else. Raises BadOperation."""
    _check(mark.targets.values())
    try:
        for stroke in mark.strokes.values():
            unpack(stroke.packed)
    except BadStroke as fault:
        raise BadOperation(str(fault)) from None


def _check(targets: Iterable[Target]) -> None:
    if not all(target.areas for target in targets):
        raise BadOperation("a mark without a page")


def whole(mark: Mark) -> Put:
    """Return the action that puts all of a mark there."""
    return Put(
        mark.id,
        mark.kind,
        mark.by,
        mark.created,
        mark.colour,
        mark.width,
        mark.tool,
        mark.body,
        mark.shared,
        dict(mark.targets),
        {stroke.id: stroke.packed for stroke in mark.strokes.values()},
        parts_of(mark.strokes.values()),
    )


def parts_of(strokes: Iterable[Stroke]) -> dict[StrokeId, Part]:
    """Return what those strokes are pieces of that are pieces."""
    return {stroke.id: stroke.part for stroke in strokes if stroke.part is not None}
