"""What a log need not say any more: pure.

Tombstones stay for good (docs/decisions/0033). What goes is dead weight that no operation, known or
still to come, can make count again: a field or target that was said anew later, for the last writer
wins wherever it is heard; and the points of a stroke in an operation that an erasure names, for
whoever brings the stroke back says its points again.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from client.ink.marks import MarkId
from client.ink.merge import Stamp, stamp_of
from client.ink.operations import Erase, Id, Operation, Put
from client.ink.pieces import StrokeId

_FIELDS = ("colour", "width", "tool", "body", "shared")


class _Known:
    """The newest stamp of everything that is said, and what has been erased."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.newest: dict[tuple[MarkId, str], Stamp] = {}
        self.erased: dict[StrokeId, set[Id]] = {}
        for operation in operations:
            action = operation.action
            if isinstance(action, Put):
                for name in _said(action):
                    key = action.mark, name
                    self.newest[key] = max(self.newest.get(key, (0, "", 0)), stamp_of(operation))
            elif isinstance(action, Erase):
                for stroke, seen in action.strokes.items():
                    self.erased.setdefault(stroke, set()).update(seen)


def _said(put: Put) -> Iterator[str]:
    yield from (name for name in _FIELDS if getattr(put, name) is not None)
    yield from put.targets


def shed(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """Return those of one log's operations that can say less, saying less.

    Merged with whatever else there is or will be, in any order, they give the same marks as before,
    as long as all of `operations` is merged too.
    """
    listed = tuple(operations)
    known = _Known(listed)
    lighter = []
    for operation in listed:
        put = operation.action
        if isinstance(put, Put):
            less = _less(operation, put, known)
            if less != put:
                lighter.append(replace(operation, action=less))
    return tuple(lighter)


def _less(operation: Operation, put: Put, known: _Known) -> Put:
    stamp = stamp_of(operation)
    old = {name for name in _said(put) if known.newest[put.mark, name] > stamp}
    nothing: set[Id] = set()
    strokes = {
        stroke: packed
        for stroke, packed in put.strokes.items()
        if operation.id not in known.erased.get(stroke, nothing)
    }
    return replace(
        put,
        **dict.fromkeys(old & set(_FIELDS)),
        targets={name: target for name, target in put.targets.items() if name not in old},
        strokes=strokes,
        parts={stroke: part for stroke, part in put.parts.items() if stroke in strokes},
    )
