"""From a mark before and after to the operations between them: pure."""

from collections.abc import Iterator

from msgspec.structs import replace

from client.ink.marks import Mark, StrokeId
from client.ink.merge import MarkLog
from client.ink.operations import MAX_OPERATION, Action, Put, whole

_FIELDS = ("colour", "width", "tool", "body", "shared")
ROOM = MAX_OPERATION - 64 * 1024
"""Bytes of strokes in one operation; the rest of it is fields and targets."""


def actions(log: MarkLog, before: Mark | None, after: Mark | None) -> Iterator[Action]:
    """Yield what turns `before` into `after`, as seen by a log where `before` may be outdated.

    A change to a mark that has gone meanwhile is none: it would bring the mark back.
    """
    known = log.marks.get((before or after).id) if before or after else None  # type: ignore[union-attr]
    if after is None:
        if known is not None:
            yield log.deletion(known.id)
    elif before is None:
        yield from _split(whole(after))
    elif known is not None:
        yield from _between(log, known, before, after)


def _between(log: MarkLog, known: Mark, before: Mark, after: Mark) -> Iterator[Action]:
    gone = [name for name in before.strokes if name not in after.strokes and name in known.strokes]
    fields = {name: getattr(after, name) for name in _FIELDS}
    changed = {name: value for name, value in fields.items() if getattr(before, name) != value}
    targets = {name: one for name, one in after.targets.items() if before.targets.get(name) != one}
    for name, target in before.targets.items():
        if name not in after.targets:
            targets[name] = replace(target, state="orphan")
    fresh = {name: one.packed for name, one in after.strokes.items() if name not in before.strokes}
    if changed or targets or fresh:
        yield from _split(Put(after.id, **changed, targets=targets, strokes=fresh))
    if gone:
        yield log.erasure(after.id, gone)


def _split(put: Put) -> Iterator[Put]:
    """Yield the same as several operations where one would be too long."""
    part: dict[StrokeId, bytes] = {}
    size = 0
    for name, packed in put.strokes.items():
        if part and size + len(packed) > ROOM:
            yield replace(put, strokes=part)
            put, part, size = Put(put.mark), {}, 0
        part[name] = packed
        size += len(packed) + 40
    yield replace(put, strokes=part)
