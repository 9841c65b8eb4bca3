"""Which touches write, which move the page, and which are a resting palm. Pure, for writing mode.

Rules (ui.md 4.4, reader.md): a pen always writes; for ten minutes after it was last seen fingers
only pan and zoom. Without a pen one finger writes and two pan: a second finger that comes soon
takes back what the first had begun. A dot that a finger made while another contact lay on the glass
is a palm's speck and is taken back. What a contact has become it stays until it lifts.
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["pen", "eraser", "finger"]
Role = Literal["write", "pan", "ignore"]
PEN_SEEN_MS = 10 * 60 * 1000
SECOND_FINGER_MS = 250
SECOND_FINGER_WAY = 24.0
"""Pixels (dp) that the first finger may have moved, for the second one to make them a pan."""
SPECK_WAY = 10.0
SPECK_MS = 300


@dataclass(slots=True)
class _Contact:
    kind: Kind
    x: float
    y: float
    began: int
    role: Role
    way: float = 0.0
    crowded: bool = False
    """Another contact was down at some time during this one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do. `abandon` are contacts whose wet stroke must vanish."""

    role: Role
    """What the contact in question is."""
    abandon: tuple[int, ...] = ()
    panning: tuple[int, ...] = ()
    """The contacts that move the page now: one pans, two also zoom."""


@dataclass(slots=True)
class Hands:
    """Judges contacts, by their number, position in dp and time in ms."""

    pen_seen: int | None = None
    """When a pen last touched or hovered; None: never on this tablet."""
    _down: dict[int, _Contact] = field(default_factory=dict)

    def saw_pen(self, ms: int) -> None:
        """A pen is near the glass."""
        self.pen_seen = ms

    def fingers_write(self, ms: int) -> bool:
        """True on a tablet that has seen no pen lately."""
        return self.pen_seen is None or ms - self.pen_seen > PEN_SEEN_MS

    def down(self, contact: int, kind: Kind, x: float, y: float, ms: int) -> Verdict:
        """A contact has come."""
        others = [other for other in self._down.values() if other.role != "ignore"]
        for other in self._down.values():
            other.crowded = True
        abandon: tuple[int, ...] = ()
        if kind != "finger":
            self.saw_pen(ms)
            role: Role = "write"
            abandon = self._turn(("write", "pan"), "finger", "ignore")
        elif not self.fingers_write(ms):
            role = "ignore" if any(other.kind != "finger" for other in others) else "pan"
        elif not others:
            role = "ignore" if self._down else "write"
        else:
            role, abandon = self._second(others, ms)
        self._down[contact] = _Contact(kind, x, y, ms, role, crowded=len(self._down) > 0)
        return Verdict(role, abandon, self._panning())

    def _second(self, others: list[_Contact], ms: int) -> tuple[Role, tuple[int, ...]]:
        if any(other.role == "pan" for other in others):
            return "pan", ()
        first = others[0]
        young = ms - first.began <= SECOND_FINGER_MS and first.way <= SECOND_FINGER_WAY
        if young and first.kind == "finger":
            return "pan", self._turn(("write",), "finger", "pan")
        return "ignore", ()

    def move(self, contact: int, x: float, y: float, ms: int) -> Verdict:
        """A contact has moved."""
        known = self._down.get(contact)
        if known is None:
            return Verdict("ignore", panning=self._panning())
        known.way += ((x - known.x) ** 2 + (y - known.y) ** 2) ** 0.5
        known.x, known.y = x, y
        if known.kind != "finger":
            self.saw_pen(ms)
        return Verdict(known.role, panning=self._panning())

    def up(self, contact: int, ms: int) -> Verdict:
        """A contact has lifted; a stroke that it wrote is finished, unless abandoned here."""
        known = self._down.pop(contact, None)
        if known is None:
            return Verdict("ignore", panning=self._panning())
        if known.kind != "finger":
            self.saw_pen(ms)
        speck = known.way <= SPECK_WAY and ms - known.began <= SPECK_MS
        palm = known.kind == "finger" and known.role == "write" and known.crowded and speck
        return Verdict(known.role, (contact,) if palm else (), self._panning())

    def cancel(self, contact: int) -> Verdict:
        """The system has taken the contact away."""
        known = self._down.pop(contact, None)
        wrote = known is not None and known.role == "write"
        return Verdict("ignore", (contact,) if wrote else (), self._panning())

    def _turn(self, roles: tuple[Role, ...], kind: Kind, into: Role) -> tuple[int, ...]:
        """Give contacts another role; return those that were writing."""
        abandoned = []
        for name, contact in self._down.items():
            if contact.role in roles and contact.kind == kind:
                if contact.role == "write":
                    abandoned.append(name)
                contact.role = into
        return tuple(abandoned)

    def _panning(self) -> tuple[int, ...]:
        return tuple(name for name, contact in self._down.items() if contact.role == "pan")
