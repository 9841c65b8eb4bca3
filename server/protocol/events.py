"""What has happened in a meeting. Past tense, for ever: a released event is never changed.

A new need is a new event or a new optional field; `upcast` turns what an older release wrote into
what this one folds.
"""

from collections.abc import Mapping

from server.protocol.comments import CommentEvent, CommentSent, CommentTaken
from server.protocol.events_polls import (
    BallotCast,
    BallotSealed,
    ConsensusRecorded,
    HandCountConfirmed,
    HandCountEntered,
    KeysLost,
    KeysOffered,
    PaperCountCompared,
    PaperCountEntered,
    PaperCountOpened,
    PaperCountReleased,
    PersonCalled,
    PersonExcused,
    PollAnnulled,
    PollClosed,
    PollEvent,
    PollExtended,
    PollOpened,
    PollPaused,
    PollPrepared,
    PollPublished,
    PollReminded,
    PollResumed,
    SealedBatchOpened,
    SeriesArranged,
    TieSettled,
)
from server.protocol.ids import (
    ChangeId,
    Count,
    ItemId,
    Line,
    MaybeId,
    MeetingId,
    PaperId,
    Part,
    PersonId,
    Sha256,
    Tagged,
    Text,
    Time,
)
from server.protocol.state import (
    AgendaItem,
    File,
    HelpKind,
    Organization,
    Paper,
    Presence,
    RollEntry,
)

__all__ = [
    "ActingChairNamed",
    "AgendaAcknowledged",
    "AgendaPublished",
    "AttendanceMarked",
    "BallotCast",
    "BallotSealed",
    "CommentSent",
    "CommentTaken",
    "ConsensusRecorded",
    "Entry",
    "Event",
    "FloorAsked",
    "FloorEnded",
    "FloorExtended",
    "FloorGiven",
    "FloorWithdrawn",
    "HandCountConfirmed",
    "HandCountEntered",
    "HelpAnswered",
    "HelpCalled",
    "ItemAdded",
    "ItemConcluded",
    "ItemDropped",
    "ItemEdited",
    "ItemMoved",
    "ItemPostponed",
    "ItemTakenUp",
    "KeysLost",
    "KeysOffered",
    "MeetingClosed",
    "MeetingCreated",
    "MeetingPaused",
    "MeetingResumed",
    "MeetingStarted",
    "NoticeSent",
    "PaperCountCompared",
    "PaperCountEntered",
    "PaperCountOpened",
    "PaperCountReleased",
    "PaperFiled",
    "PaperOpened",
    "PaperReceived",
    "PaperReplaced",
    "PaperWithdrawn",
    "PersonCalled",
    "PersonExcused",
    "PollAnnulled",
    "PollClosed",
    "PollExtended",
    "PollOpened",
    "PollPaused",
    "PollPrepared",
    "PollPublished",
    "PollReminded",
    "PollResumed",
    "Record",
    "RollSet",
    "SealedBatchOpened",
    "SeriesArranged",
    "TieSettled",
]


class MeetingCreated(Tagged, frozen=True):
    """A room begins."""

    meeting: MeetingId
    organization: Organization
    title: Line
    ordinal: Line = ""
    place: Line = ""
    starts_at: Time = 0
    ends_at: Time = 0


class RollSet(Tagged, frozen=True):
    """The summoned, whole. The chair is the first entry with that role."""

    entries: tuple[RollEntry, ...]


class ActingChairNamed(Tagged, frozen=True):
    """Who presides from now on."""

    person: PersonId


class ItemAdded(Tagged, frozen=True):
    """A new item at `position`; numbers of all items follow their order."""

    item: AgendaItem
    position: Count
    guests: tuple[PersonId, ...] = ()


class ItemEdited(Tagged, frozen=True):
    """The item's own fields, whole; papers and progress stay as they are."""

    item: AgendaItem
    guests: tuple[PersonId, ...] | None = None


class ItemMoved(Tagged, frozen=True):
    """The item is now at `position`."""

    item: ItemId
    position: Count


class ItemDropped(Tagged, frozen=True):
    """The item is off the agenda."""

    item: ItemId


class ItemPostponed(Tagged, frozen=True):
    """The item is set aside, or taken back."""

    item: ItemId
    hold: bool


class PaperFiled(Tagged, frozen=True):
    """An item has a new paper."""

    item: ItemId
    paper: Paper


class PaperReplaced(Tagged, frozen=True):
    """A paper has a next version."""

    paper: PaperId
    file: File


class PaperWithdrawn(Tagged, frozen=True):
    """A paper left its item."""

    paper: PaperId


class AgendaPublished(Tagged, frozen=True):
    """The batch before it is in force. `version` rises only when items changed, not papers."""

    version: Count
    drafts: tuple[ChangeId, ...] = ()


class MeetingStarted(Tagged, frozen=True):
    """Khai mạc."""


class MeetingPaused(Tagged, frozen=True):
    """Tạm nghỉ."""


class MeetingResumed(Tagged, frozen=True):
    """The break is over."""


class MeetingClosed(Tagged, frozen=True):
    """Bế mạc."""


class AttendanceMarked(Tagged, frozen=True):
    """Where persons are from now on. The reason is for officers."""

    marks: Mapping[PersonId, Presence]
    reason: Line = ""


class ItemTakenUp(Tagged, frozen=True):
    """An item is the current one; empty for an audience that may not know which."""

    item: MaybeId


class ItemConcluded(Tagged, frozen=True):
    """An item's conclusion stands; a later one replaces it."""

    item: ItemId
    text: Text = ""
    consensus: bool = False


class FloorAsked(Tagged, frozen=True):
    """Somebody is in the queue."""

    person: PersonId


class FloorWithdrawn(Tagged, frozen=True):
    """Somebody left the queue."""

    person: PersonId


class FloorGiven(Tagged, frozen=True):
    """Somebody speaks."""

    person: PersonId
    seconds: Count


class FloorExtended(Tagged, frozen=True):
    """The speaker has more time."""

    seconds: Count


class FloorEnded(Tagged, frozen=True):
    """Nobody speaks."""


class HelpCalled(Tagged, frozen=True):
    """Somebody needs help; for officers."""

    person: PersonId
    kind: HelpKind


class HelpAnswered(Tagged, frozen=True):
    """That person's call is answered."""

    person: PersonId


class NoticeSent(Tagged, frozen=True):
    """A sentence to everyone."""

    text: Line


class AgendaAcknowledged(Tagged, frozen=True):
    """A person's tablet holds that version; for officers."""

    person: PersonId
    device: MaybeId
    version: Count


class PaperReceived(Tagged, frozen=True):
    """A person's tablet holds these bytes; for officers."""

    person: PersonId
    sha256: Sha256


class PaperOpened(Tagged, frozen=True):
    """A person opened these bytes; for officers."""

    person: PersonId
    sha256: Sha256


Event = (
    MeetingCreated
    | RollSet
    | ActingChairNamed
    | ItemAdded
    | ItemEdited
    | ItemMoved
    | ItemDropped
    | ItemPostponed
    | PaperFiled
    | PaperReplaced
    | PaperWithdrawn
    | AgendaPublished
    | MeetingStarted
    | MeetingPaused
    | MeetingResumed
    | MeetingClosed
    | AttendanceMarked
    | ItemTakenUp
    | ItemConcluded
    | FloorAsked
    | FloorWithdrawn
    | FloorGiven
    | FloorExtended
    | FloorEnded
    | PollEvent
    | CommentEvent
    | HelpCalled
    | HelpAnswered
    | NoticeSent
    | AgendaAcknowledged
    | PaperReceived
    | PaperOpened
)


class Entry(Part, frozen=True):
    """One event in the stream that an audience receives; `at` is the server's time."""

    at: Time
    event: Event
    by: MaybeId = ""


class Record(Part, frozen=True):
    """One event as the journal holds it. `seq` counts from 1 without gaps within a room."""

    seq: Count
    at: Time
    event: Event
    by: MaybeId = ""
    device: MaybeId = ""
    request: MaybeId = ""

    def entry(self) -> Entry:
        """The record as a listener may see it: without device and request."""
        return Entry(at=self.at, event=self.event, by=self.by)
