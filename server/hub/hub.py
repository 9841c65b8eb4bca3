"""Everyone who listens to one room. Called only from the event loop; never awaits.

`join` hands over what was missed and registers in one go, so there is no gap and no repeat.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from server.hub.outbox import Outbox, text_frame
from server.hub.presence import Later, Presence
from server.hub.view import Sight, Step, View, steps_of
from server.protocol.codec import encode
from server.protocol.commands import Draft
from server.protocol.events import Entry
from server.protocol.frames import (
    RESUME_LIMIT,
    Checkpointed,
    Drafts,
    Joined,
    OnlyYours,
    Refused,
    ServerFrame,
)
from server.protocol.ids import DeviceId, MeetingId, PersonId, Time
from server.protocol.refusals import Code, Refusal
from server.protocol.state import MeetingState, Personal

_NOTHING = Personal()
MAX_IDLE_VIEWS = 64
OWN = ("polls", "floor", "items", "comments")
"""What of a state people have a personal part in."""


@dataclass(eq=False, slots=True)
class Listener:
    """One connection in one room.

    `serves` says whether the person is a secretary of the organization now, on the roll or not.
    """

    person: PersonId
    device: DeviceId
    outbox: Outbox
    serves: Callable[[], bool]
    ready: bool = False
    personal: Personal = field(default=_NOTHING)
    view: View | None = None

    @property
    def secretary(self) -> bool:
        """Whether the person is a secretary of the organization now."""
        return self.serves()

    def send(self, frame: ServerFrame) -> None:
        """Send a frame to this listener alone."""
        self.outbox.write(text_frame(encode(frame)))

    def tell_personal(self, room: MeetingId, personal: Personal) -> None:
        """Send what only this person may see, when it is not what they hold."""
        if personal != self.personal:
            self.personal = personal
            self.send(OnlyYours(room, personal))


class Hub:
    """The listeners of one room and the streams of their audiences."""

    def __init__(
        self, room: MeetingId, epoch: str, entries: Iterable[Entry], sight: Sight, later: Later
    ) -> None:
        """Begin with all that has happened so far."""
        self.room = room
        self.epoch = epoch
        self.listeners: set[Listener] = set()
        self.presence = Presence(room, sight, later, self.listeners)
        self._sight = sight
        self._entries = list(entries)
        self._views: dict[Hashable, View] = {}
        self._drafts: tuple[Draft, ...] = ()
        self._checkpoint: bytes | None = None

    def view(self, audience: Hashable) -> View:
        """Return the stream of an audience; the first time it is folded from all records."""
        known = self._views.get(audience)
        if known is None:
            known = View(self.room, self.epoch, audience, self._sight)
            known.extend(steps_of(self._entries))
            self._views[audience] = known
        return known

    def view_of(self, state: MeetingState, person: PersonId, *, secretary: bool) -> View | None:
        """Return the stream of the audience a person belongs to; None for who sees nothing."""
        view = self.view(self._sight.audience(state, person, secretary))
        return view if view.state is not None else None

    # ---- joining and leaving ---------------------------------------------------------------------

    def join(
        self, listener: Listener, state: MeetingState, epoch: str, position: int, now: Time
    ) -> bool:
        """Hand over what was missed and register; False when this person may see nothing."""
        view = self.view_of(state, listener.person, secretary=listener.secretary)
        if view is None:
            return False
        listener.view = view
        missed = view.follow(epoch, position)
        if missed is not None:
            listener.outbox.write(text_frame(missed))
        self._tell_own(listener, state)
        listener.send(Joined(self.room, view.epoch, view.position, now))
        self._tell_checkpoint(listener)
        self.listeners.add(listener)
        self.presence.joined(listener, state)
        return True

    def leave(self, listener: Listener) -> None:
        """Forget a listener; twice does no harm."""
        if listener in self.listeners:
            self.listeners.discard(listener)
            self.presence.left(listener)

    # ---- telling ---------------------------------------------------------------------------------

    def publish(self, steps: Sequence[Step]) -> None:
        """Tell everyone what became durable, each as their audience may see it."""
        self._entries.extend(step.entry for step in steps)
        frames: dict[View, bytes] = {}
        for view in self._views.values():
            payload = view.extend(steps)
            if payload is not None:
                frames[view] = text_frame(payload)
        state = steps[-1].after
        moved = [one for one in self.listeners if not self._tell(one, state, frames)]
        for listener in moved:
            self._move(listener, state)
        if len(steps) > RESUME_LIMIT:  # some may have got a snapshot
            for listener in self.listeners:
                self._tell_own(listener, state)
        before = steps[0].before
        if any(getattr(state, name) is not getattr(before, name) for name in OWN):
            for listener in self.listeners:
                personal = self._sight.personal(state, listener.person)
                listener.tell_personal(self.room, personal)
        self.presence.happened(steps)
        self._forget_views()

    def _tell(self, listener: Listener, state: MeetingState, frames: dict[View, bytes]) -> bool:
        """Send the audience's frame; False when the person now belongs to another audience."""
        view = listener.view
        audience = self._sight.audience(state, listener.person, listener.secretary)
        if view is None or audience != view.audience:
            return False
        frame = frames.get(view)
        if frame is not None:
            listener.outbox.write(frame)
        return True

    def _move(self, listener: Listener, state: MeetingState) -> None:
        """Hand over the new audience's snapshot: what was held before may not be held any more."""
        view = self.view_of(state, listener.person, secretary=listener.secretary)
        listener.view = view
        if view is None:
            listener.send(Refused(Refusal(Code.ROOM_UNKNOWN, {"room": self.room})))
            self.leave(listener)
            return
        listener.outbox.write(text_frame(view.snapshot()))
        self._tell_own(listener, state)

    def _tell_own(self, listener: Listener, state: MeetingState) -> None:
        """Send what every snapshot takes away: the person's own part, and drafts (SPEC 5.5)."""
        listener.personal = self._sight.personal(state, listener.person)
        listener.send(OnlyYours(self.room, listener.personal))
        self._tell_drafts(listener, state)

    def tell_drafts(self, drafts: Sequence[Draft], state: MeetingState) -> None:
        """Send the unpublished changes to the meeting's secretaries."""
        self._drafts = tuple(drafts)
        for listener in self.listeners:
            self._tell_drafts(listener, state)

    def _tell_drafts(self, listener: Listener, state: MeetingState) -> None:
        if listener.secretary or self._sight.secretary(state, listener.person):
            listener.send(Drafts(self.room, self._drafts))

    def tell_checkpoint(self, code: str, at: Time) -> None:
        """Send the newest checkpoint's short form to those who see the whole meeting."""
        self._checkpoint = text_frame(encode(Checkpointed(self.room, code, at)))
        for listener in self.listeners:
            self._tell_checkpoint(listener)

    def _tell_checkpoint(self, listener: Listener) -> None:
        view = listener.view
        if self._checkpoint is not None and view is not None and self._sight.whole(view.audience):
            listener.outbox.write(self._checkpoint)

    def _forget_views(self) -> None:
        """Let go of streams that nobody hears, when there are many: guests come and go."""
        if len(self._views) > MAX_IDLE_VIEWS:
            heard = {listener.view for listener in self.listeners}
            self._views = {name: view for name, view in self._views.items() if view in heard}
