"""One person's marks on one paper: what the reader writes into and shows from. No I/O.

Every change returns (and tells the listeners) what it changed, for the screen, and hands its
operations to `keep`, for the disk and the person's other devices. Undo goes back over this device's
own changes by making opposite ones: what another device did meanwhile stays.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec.structs import replace

from client.ink import tools
from client.ink.changes import actions
from client.ink.clock import HybridClock
from client.ink.marks import Mark, MarkId, MarkKind, Stroke, Target, on_page
from client.ink.merge import MarkLog
from client.ink.operations import Operation
from client.ink.packing import Point, pack
from client.ink.pieces import StrokeId
from server.protocol.ids import DeviceId, PersonId, Sha256

UNDO_STEPS = 50
Pair = tuple[Mark | None, Mark | None]
"""A mark before and after."""


class Change(NamedTuple):
    """What one call, or the arrival of operations from elsewhere, has changed."""

    marks: frozenset[MarkId] = frozenset()
    """Made, changed or gone; look them up with `Notebook.get`."""
    pages: frozenset[tuple[Sha256, int]] = frozenset()
    """Where something looks different now."""
    operations: tuple[Operation, ...] = ()
    """Made here; empty when they came from elsewhere."""
    gone: tuple[Mark, ...] = ()
    """Marks that are no longer there, as they were."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who writes, and what the notebook must be given from outside."""

    person: PersonId
    device: DeviceId
    now: Callable[[], int]
    """The device's clock in milliseconds since 1970; it may be wrong."""
    chance: Callable[[int], bytes] = os.urandom


class Notebook:
    """Marks on one paper, in all its revisions."""

    def __init__(
        self, maker: Maker, operations: Iterable[Operation] = (), *, first_number: int = 1
    ) -> None:
        """Take the operations known so far; `first_number` is the next free one of this device."""
        self._maker = maker
        self._log = MarkLog()
        self._clock = HybridClock()
        self._number = first_number
        self._pages: dict[tuple[Sha256, int], dict[MarkId, Mark]] = {}
        self._undo: list[tuple[Pair, ...]] = []
        self._redo: list[tuple[Pair, ...]] = []
        self._listeners: list[Callable[[Change], None]] = []
        self._sentence = tools.Sentence()
        self.take(operations)

    # ---- reading ---------------------------------------------------------------------------------

    @property
    def person(self) -> PersonId:
        """Whose marks these are."""
        return self._maker.person

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All of them, first made first."""
        return tuple(self._log.marks.values())

    def get(self, mark: MarkId) -> Mark | None:
        """Return a mark, if it is there."""
        return self._log.marks.get(mark)

    def on_page(self, document: Sha256, page: int) -> tuple[Mark, ...]:
        """Return the marks to be shown on a page of a revision, first made first."""
        found = self._pages.get((document, page), {})
        return tuple(found[name] for name in sorted(found))

    @property
    def can_undo(self) -> bool:
        """There is something to go back to."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Something was taken back and nothing done since."""
        return bool(self._redo)

    def listen(self, tell: Callable[[Change], None]) -> Callable[[], None]:
        """Be told of every change, also from other devices; the result ends that."""
        self._listeners.append(tell)
        return lambda: self._listeners.remove(tell)

    def new_id(self) -> MarkId:
        """Return a uuid7 for a mark or stroke, later than every one before it."""
        stamp = self._clock.tell(self._maker.now())
        chance = int.from_bytes(self._maker.chance(8), "big") & (1 << 62) - 1
        value = (stamp >> 16) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | chance
        return f"{value:032x}"

    # ---- writing ---------------------------------------------------------------------------------

    def make(self, kind: MarkKind, targets: Mapping[Sha256, Target], **fields: Any) -> Mark:
        """Return a new mark of this person, not added yet; `fields` as in `Mark`."""
        name = self.new_id()
        return Mark(name, kind, self.person, self._clock.latest, targets=dict(targets), **fields)

    def add(self, *marks: Mark) -> Change:
        """Put new marks there, as one step."""
        return self._do(tuple((self.get(mark.id), mark) for mark in marks))

    def change(self, mark: MarkId, **fields: Any) -> Change:
        """Change fields of a mark (`body`, `colour`, `width`, `shared`, `targets`, …).

        Targets given are added to those that the mark has.
        """
        known = self.get(mark)
        if known is None:
            return Change()
        if "targets" in fields:
            fields["targets"] = {**known.targets, **fields["targets"]}
        return self._do(((known, replace(known, **fields)),))

    def retarget(self, document: Sha256, targets: Mapping[MarkId, Target]) -> Change:
        """Say where marks lie in a revision: carried, suggested, accepted or orphaned; one step."""
        pairs: list[Pair] = []
        for name, target in targets.items():
            known = self.get(name)
            if known is not None:
                pairs.append((known, replace(known, targets={**known.targets, document: target})))
        return self._do(tuple(pairs))

    def write(self, document: Sha256, page: int, points: Iterable[Point], pen: tools.Pen) -> Change:
        """Add a stroke to a page: to the mark being written (same pen, near, soon), or a new one.

        Undo takes back one stroke at a time.
        """
        stroke = Stroke(self.new_id(), pack(points))
        known = self.get(self._sentence.goes_on((document, page), stroke, pen, self._maker.now()))
        if known is None:
            known = self.make(
                "ink", {document: on_page(page)}, colour=pen.colour, width=pen.width, tool=pen.tool
            )
            pair: Pair = (None, replace(known, strokes={stroke.id: stroke}))
        else:
            pair = (known, replace(known, strokes={**known.strokes, stroke.id: stroke}))
        self._sentence.wrote(known.id, (document, page), stroke, pen, self._maker.now())
        return self._do((pair,))

    def write_note(self, note: MarkId, points: Iterable[Point]) -> Change:
        """Add a stroke to the sheet of a note, in the sheet's own points."""
        known = self.get(note)
        if known is None:
            return Change()
        stroke = Stroke(self.new_id(), pack(points))
        return self._do(((known, replace(known, strokes={**known.strokes, stroke.id: stroke})),))

    def erase(
        self,
        document: Sha256,
        page: int,
        path: Iterable[tuple[float, float]],
        radius: float,
        *,
        part: bool = False,
    ) -> Change:
        """Remove the strokes (with `part`: what of them) that the eraser's path touches."""
        line = tuple(path)
        marks = [mark for mark in self.on_page(document, page) if mark.kind == "ink"]
        rubbed = tools.rub_out(marks, (document, page), line, radius, self.new_id, part=part)
        return self._do(
            tuple(
                (before, after) if after.strokes else _removal(before) for before, after in rubbed
            )
        )

    def erase_note(
        self,
        note: MarkId,
        path: Iterable[tuple[float, float]],
        radius: float,
        *,
        part: bool = False,
    ) -> Change:
        """The same on the sheet of a note; a sheet rubbed empty stays."""
        known = self.get(note)
        if known is None:
            return Change()
        return self._do(tools.rub_out([known], None, tuple(path), radius, self.new_id, part=part))

    def delete(self, *marks: MarkId) -> Change:
        """Remove marks, as one step."""
        known = (self.get(mark) for mark in marks)
        return self._do(tuple(_removal(mark) for mark in known if mark is not None))

    def undo(self) -> Change:
        """Take back the last step made here; an empty change when there is none."""
        return self._turn(self._undo, self._redo)

    def redo(self) -> Change:
        """Do again what was taken back last."""
        return self._turn(self._redo, self._undo)

    # ---- from elsewhere --------------------------------------------------------------------------

    def take(self, operations: Iterable[Operation]) -> Change:
        """Merge operations from the disk or from other devices; known ones change nothing."""
        fresh = [one for one in operations if not self._log.knows(one.id)]
        for operation in fresh:
            self._clock.saw(operation.at)
            if operation.device == self._maker.device:
                self._number = max(self._number, operation.number + 1)
        return self._merge(fresh, ())

    # ---- how -------------------------------------------------------------------------------------

    def _do(self, pairs: tuple[Pair, ...], *, remember: bool = True) -> Change:
        made: list[Operation] = []
        for before, after in pairs:
            for action in actions(self._log, before, after):
                stamp = self._clock.tell(self._maker.now())
                made.append(Operation(self._maker.device, self._number, stamp, action))
                self._number += 1
        if not made:
            return Change()
        if remember:
            self._undo = [*self._undo[1 - UNDO_STEPS :], pairs]
            self._redo.clear()
        return self._merge(made, tuple(made))

    def _turn(self, origin: list[tuple[Pair, ...]], goal: list[tuple[Pair, ...]]) -> Change:
        self._sentence.end()
        while origin:
            pairs = origin.pop()
            goal.append(tuple((after, before) for before, after in pairs))
            change = self._do(tuple((before, after) for after, before in pairs), remember=False)
            if change.operations:
                return change
        return Change()

    def _merge(self, operations: Iterable[Operation], made: tuple[Operation, ...]) -> Change:
        listed = tuple(operations)
        touched = {operation.action.mark for operation in listed}
        before = {name: self.get(name) for name in touched}
        changed = self._log.add(listed)
        pages: set[tuple[Sha256, int]] = set()
        for name in changed:
            pages |= self._file(before[name], self.get(name))
        gone = tuple(
            mark for name, mark in before.items() if mark is not None and self.get(name) is None
        )
        change = Change(changed, frozenset(pages), made, gone)
        if changed or made:
            for tell in tuple(self._listeners):
                tell(change)
        return change

    def _file(self, before: Mark | None, after: Mark | None) -> set[tuple[Sha256, int]]:
        """Keep the register of pages; return where the mark was or is."""
        gone, here = _places(before), _places(after)
        for place in gone - here:
            if before is not None:
                self._pages[place].pop(before.id, None)
        for place in here:
            if after is not None:
                self._pages.setdefault(place, {})[after.id] = after
        return gone | here

    def strokes_on(self, document: Sha256, page: int) -> dict[StrokeId, Stroke]:
        """Return the strokes of every ink mark on a page, in the order in which they were drawn."""
        marks = self.on_page(document, page)
        found = {name: one for mark in marks for name, one in mark.strokes.items()}
        return {name: found[name] for name in sorted(found)}


def _removal(mark: Mark) -> Pair:
    """What is deleted is taken back from its readers, and private again when it is undone."""
    return replace(mark, shared=()), None


def _places(mark: Mark | None) -> set[tuple[Sha256, int]]:
    if mark is None:
        return set()
    return {
        (document, page)
        for document, target in mark.targets.items()
        if target.state != "orphan"
        for page in target.pages
    }
