"""What may change the client's state: frozen facts, and the server's frames, which are facts too.

`store.reduce` says what each does. Facts about the line and the disk come from the station, facts
about the person's hands from the screens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from client.changes.commenting import CommentDrafted
from client.state import (
    Download,
    Finds,
    Kind,
    Line,
    NotesState,
    Pending,
    Preferences,
    ReadingPlace,
    RoomView,
    ScreenName,
    Upload,
)
from server.protocol.frames import ServerFrame
from server.protocol.ids import MeetingId, OrganizationId, PaperId, PersonId, PollId, Sha256, Time
from server.protocol.office import MeetingCard, Question, Reply, Seat
from server.protocol.refusals import Refusal

# ---- the device, its line and its disk -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeviceKnown:
    """What this device is, and the server it is paired with (empty: none yet)."""

    kind: Kind
    device_name: str = ""
    server: str = ""
    seats: tuple[Seat, ...] = ()
    own: str = ""
    card: MeetingCard | None = None


@dataclass(frozen=True, slots=True)
class Ticked:
    """The server's time, as well as this device knows it, in milliseconds."""

    now: Time


@dataclass(frozen=True, slots=True)
class BatteryRead:
    """The charge in percent; None on a device without a battery."""

    percent: int | None


@dataclass(frozen=True, slots=True)
class NotesChanged:
    """How the private notes of the person who is here stand now."""

    notes: NotesState


@dataclass(frozen=True, slots=True)
class LineChanged:
    """How this device stands with the server; with the reason when it was refused."""

    line: Line
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Pairing, signing in or changing the PIN: asked and not answered."""


@dataclass(frozen=True, slots=True)
class EnrolmentRefused:
    """Pairing, first run, signing in or a new PIN did not succeed."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class EnrolmentWaits:
    """Paired; the secretary has still to approve. Both screens show the six digits."""

    server: str
    comparison: str


@dataclass(frozen=True, slots=True)
class SignedInOffline:
    """The device itself has checked the PIN; the server does not know of it yet."""

    person: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Nobody is signed in here any more; with the reason when it was not asked for."""

    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the device's disk holds of the person who has just signed in."""

    meetings: tuple[MeetingCard, ...] = ()
    rooms: Mapping[MeetingId, RoomView] = field(default_factory=dict)
    preferences: Preferences | None = None
    places: Mapping[PaperId, ReadingPlace] = field(default_factory=dict)
    seen_versions: Mapping[PaperId, int] = field(default_factory=dict)
    read_before: Mapping[PaperId, int] = field(default_factory=dict)
    pending: tuple[Pending, ...] = ()
    comment_drafts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoomLost:
    """The person may see nothing of this meeting any more."""

    room: MeetingId


@dataclass(frozen=True, slots=True)
class DownloadChanged:
    """How far one file is."""

    sha256: Sha256
    download: Download


@dataclass(frozen=True, slots=True)
class DownloadsForgotten:
    """Files that no meeting names any more have left the disk."""

    files: frozenset[Sha256]


@dataclass(frozen=True, slots=True)
class UploadChanged:
    """How far one file is on its way to the server."""

    upload: str
    state: Upload


@dataclass(frozen=True, slots=True)
class UploadEnded:
    """The file is stored, or the person has closed its refusal."""

    upload: str


# ---- commands and questions ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommandSent:
    """A command is in the outbox until it is answered."""

    pending: Pending


@dataclass(frozen=True, slots=True)
class CommandAccepted:
    """It is on the server's disk."""

    pending: Pending
    at: Time


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The server will not do it. `quiet`: the person did not ask for it and hears nothing."""

    pending: Pending
    refusal: Refusal
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The office's reply to one question."""

    question: Question
    reply: Reply


@dataclass(frozen=True, slots=True)
class QuestionRefused:
    """The office did not do it, and why."""

    question: Question
    refusal: Refusal


# ---- the person's hands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Went:
    """To a screen. In a meeting an empty item means the current one, an empty paper its first."""

    screen: ScreenName
    room: str = ""
    item: str = ""
    paper: str = ""
    version: int = 0
    poll: str = ""


@dataclass(frozen=True, slots=True)
class FollowChanged:
    """The person follows the presenter's page, or no longer does."""

    following: bool


@dataclass(frozen=True, slots=True)
class WritingChanged:
    """The person writes on pages, or reads again."""

    writing: bool


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """A choice that waits for Gửi; None takes it back, "again" asks anew after one was sent.

    "review" means that the marks beside the names wait for Gửi.
    """

    choice: str | None


@dataclass(frozen=True, slots=True)
class MarksMade:
    """What is marked beside each name now, and the names written; nothing is sent."""

    marks: Mapping[str, str]
    written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpinionWritten:
    """The words that will go with the choice."""

    text: str


@dataclass(frozen=True, slots=True)
class QuestionTurned:
    """Another question of the sitting comes on screen; empty: the list of them."""

    poll: PollId


@dataclass(frozen=True, slots=True)
class Practised:
    """The person has been through a practice ballot; nothing was sent."""


@dataclass(frozen=True, slots=True)
class BallotPutAside:
    """The ballot makes room for the draft, or comes back."""

    aside: bool


@dataclass(frozen=True, slots=True)
class UnsentSeen:
    """The person knows that the ballot of this poll did not reach the server."""

    poll: PollId


@dataclass(frozen=True, slots=True)
class PageTurned:
    """Where the reader is in a paper."""

    paper: PaperId
    place: ReadingPlace


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """The reader has opened this version of a paper."""

    paper: PaperId
    version: int


@dataclass(frozen=True, slots=True)
class VersionCompared:
    """The reader goes between the newest version of a paper and this one."""

    paper: PaperId
    version: int


@dataclass(frozen=True, slots=True)
class FindsChanged:
    """What was found is marked while reading, one is at another of them, or no longer."""

    finds: Finds | None


@dataclass(frozen=True, slots=True)
class BannerDismissed:
    """The person has closed a banner, named by its key and number."""

    banner: str


@dataclass(frozen=True, slots=True)
class PreferencesChanged:
    """Language, theme, text size and the like, whole."""

    preferences: Preferences


@dataclass(frozen=True, slots=True)
class MessageShown:
    """A toast; `undo` names what its button does."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    undo: str = ""


@dataclass(frozen=True, slots=True)
class MessageClosed:
    """The toast of that serial has been seen; a newer one stays."""

    serial: int


@dataclass(frozen=True, slots=True)
class OrganizationChosen:
    """The body that the desk works on."""

    organization: OrganizationId


@dataclass(frozen=True, slots=True)
class SecretsSeen:
    """The first PINs and the pairing code leave the screen."""


Local = (
    DeviceKnown
    | Ticked
    | BatteryRead
    | NotesChanged
    | LineChanged
    | Asking
    | EnrolmentRefused
    | EnrolmentWaits
    | SignedInOffline
    | SignedOut
    | Remembered
    | RoomLost
    | DownloadChanged
    | DownloadsForgotten
    | UploadChanged
    | UploadEnded
    | CommandSent
    | CommandAccepted
    | CommandRefused
    | QuestionAnswered
    | QuestionRefused
    | Went
    | FollowChanged
    | WritingChanged
    | ChoiceMade
    | MarksMade
    | OpinionWritten
    | CommentDrafted
    | Practised
    | BallotPutAside
    | UnsentSeen
    | PageTurned
    | VersionSeen
    | VersionCompared
    | FindsChanged
    | BannerDismissed
    | PreferencesChanged
    | MessageShown
    | MessageClosed
    | OrganizationChosen
    | SecretsSeen
)
Action = Local | ServerFrame
