"""One log's operations, from however many devices, merged into marks.

An observed-remove set of marks and of each mark's strokes; every field, and every revision's
target, is what the last writer said (hybrid time, then device). A deletion names the operations
that it has seen, so an edit made elsewhere meanwhile keeps the mark alive, whole. Adding the same
operations in any order, any number of times, gives equal marks.
"""

from collections.abc import Iterable

from client.ink.marks import Mark, MarkId, Stroke, Target
from client.ink.operations import Delete, Erase, Id, Operation, Put
from client.ink.pieces import Part, StrokeId
from server.protocol.ids import DeviceId

Stamp = tuple[int, DeviceId, int]
"""Orders operations: hybrid time, then device, then number."""
_FIELDS = ("kind", "by", "created", "colour", "width", "tool", "body", "shared")


def stamp_of(operation: Operation) -> Stamp:
    """Return the operation's place among all of its log."""
    return operation.at, operation.device, operation.number


class _Register:
    """What is known of one mark, the deletions that came before it included."""

    __slots__ = ("deleted", "erased", "puts", "strokes", "targets", "values")

    def __init__(self) -> None:
        self.puts: set[Id] = set()
        self.deleted: set[Id] = set()
        self.values: dict[str, tuple[Stamp, object]] = {}
        self.targets: dict[str, tuple[Stamp, Target]] = {}
        self.strokes: dict[StrokeId, dict[Id, tuple[Stamp, bytes, Part | None]]] = {}
        self.erased: dict[StrokeId, set[Id]] = {}

    def take(self, operation: Operation) -> None:
        action = operation.action
        if isinstance(action, Put):
            self._put(operation, action)
        elif isinstance(action, Erase):
            for stroke, seen in action.strokes.items():
                self.erased.setdefault(stroke, set()).update(seen)
        else:
            self.deleted.update(action.seen)

    def _put(self, operation: Operation, put: Put) -> None:
        stamp = stamp_of(operation)
        self.puts.add(operation.id)
        for name in _FIELDS:
            value = getattr(put, name)
            if value is not None and stamp > self.values.get(name, ((0, "", 0), None))[0]:
                self.values[name] = stamp, value
        for document, target in put.targets.items():
            known = self.targets.get(document)
            if known is None or stamp > known[0]:
                self.targets[document] = stamp, target
        for stroke, packed in put.strokes.items():
            drawn = stamp, packed, put.parts.get(stroke)
            self.strokes.setdefault(stroke, {})[operation.id] = drawn

    def mark(self, name: MarkId) -> Mark | None:
        """Return the mark, if it is there and enough of it is known."""
        values = {field: value for field, (_, value) in self.values.items()}
        if self.puts <= self.deleted or not {"kind", "by", "created"} <= values.keys():
            return None
        strokes = self._live()
        if values["kind"] == "ink" and not strokes:
            return None
        targets = {document: self.targets[document][1] for document in sorted(self.targets)}
        rest = {"targets": targets, "strokes": strokes}
        return Mark(name, **values, **rest)  # type: ignore[arg-type]  # of the fields' own types

    def _live(self) -> dict[StrokeId, Stroke]:
        """Return what no erasure has taken, as whoever put it there first has drawn it."""
        found = {}
        nothing: set[Id] = set()
        for stroke in sorted(self.strokes):
            puts, erased = self.strokes[stroke], self.erased.get(stroke, nothing)
            drawn = [puts[put] for put in puts if put not in erased]
            if drawn:
                _, packed, part = min(drawn, key=lambda one: one[0])
                found[stroke] = Stroke(stroke, packed, part)
        return found


class MarkLog:
    """The operations of one log that are known here, and what they add up to."""

    def __init__(self) -> None:
        self.marks: dict[MarkId, Mark] = {}
        """What is there now, in the order in which it was made."""
        self._registers: dict[MarkId, _Register] = {}
        self._taken: set[Id] = set()
        self._newest: MarkId = ""
        self._unsorted = False

    def add(self, operations: Iterable[Operation]) -> frozenset[MarkId]:
        """Merge operations; those known already change nothing. Return the marks that changed."""
        touched: dict[MarkId, None] = {}
        for operation in operations:
            if operation.id not in self._taken:
                self._taken.add(operation.id)
                mark = operation.action.mark
                self._registers.setdefault(mark, _Register()).take(operation)
                touched[mark] = None
        changed = frozenset(mark for mark in touched if self._refresh(mark))
        if self._unsorted:
            self.marks = {name: self.marks[name] for name in sorted(self.marks)}
            self._unsorted = False
        return changed

    def _refresh(self, name: MarkId) -> bool:
        before, after = self.marks.get(name), self._registers[name].mark(name)
        if before == after:
            return False
        if after is None:
            del self.marks[name]
        else:
            if before is None:
                self._unsorted = self._unsorted or name < self._newest
                self._newest = max(self._newest, name)
            self.marks[name] = after
        return True

    def knows(self, operation: Id) -> bool:
        """True when that operation has been merged."""
        return operation in self._taken

    def deletion(self, mark: MarkId) -> Delete:
        """Return the action that removes all that is known of a mark here."""
        register = self._registers[mark]
        return Delete(mark, tuple(sorted(register.puts - register.deleted)))

    def erasure(self, mark: MarkId, strokes: Iterable[StrokeId]) -> Erase:
        """Return the action that removes strokes of a mark, as far as they are known here."""
        register = self._registers[mark]
        seen = {
            stroke: tuple(
                sorted(register.strokes[stroke].keys() - register.erased.get(stroke, set()))
            )
            for stroke in strokes
        }
        return Erase(mark, seen)
