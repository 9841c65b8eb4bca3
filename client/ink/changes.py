"""From a mark before and after to the operations between them: pure."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from client.ink.marks import Mark
from client.ink.merge import MarkLog
from client.ink.operations import MAX_OPERATION, Action, Put, parts_of, whole
from client.ink.pieces import Part, StrokeId

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
    new = [one for name, one in after.strokes.items() if name not in before.strokes]
    fresh = {one.id: one.packed for one in new}
    if changed or targets or fresh:
        put = Put(after.id, **changed, targets=targets, strokes=fresh, parts=parts_of(new))
        yield from _split(put)
    if gone:
        yield log.erasure(after.id, gone)


def _split(put: Put) -> Iterator[Put]:
    """Yield the same as several operations where one would be too long."""
    part: dict[StrokeId, bytes] = {}
    size, parts = 0, put.parts
    for name, packed in put.strokes.items():
        if part and size + len(packed) > ROOM:
            yield _only(put, part, parts)
            put, part, size = Put(put.mark), {}, 0
        part[name] = packed
        size += len(packed) + (160 if name in parts else 40)
    yield _only(put, part, parts)


def _only(put: Put, strokes: dict[StrokeId, bytes], parts: Mapping[StrokeId, Part]) -> Put:
    kept = {name: part for name, part in parts.items() if name in strokes}
    return replace(put, strokes=strokes, parts=kept)
