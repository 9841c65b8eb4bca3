"""Every message of the wire. Text frames are JSON objects whose key `t` names the type.

`SPEC.md` gives the order in which they may be sent and an example of each. Binary messages occur
only on the papers' line: 8 bytes of offset, big-endian, then the bytes of the file from there.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.commands import Command, Draft
from server.protocol.events import Entry
from server.protocol.ids import (
    Count,
    DeviceId,
    Line,
    MaybeId,
    MaybeSha256,
    MeetingId,
    PersonId,
    PollId,
    RequestId,
    Sha256,
    Size,
    Tagged,
    Time,
    UploadId,
)
from server.protocol.notes import (
    AllowNotes,
    FindReaders,
    NoteKeys,
    NotesAllowed,
    NotesArrived,
    NotesKept,
    NotesOpened,
    NotesShared,
    NotesUnshared,
    OpenNotes,
    PutNoteKey,
    PutNotes,
    Readers,
    ResetNotes,
    ShareNotes,
    UnshareNotes,
)
from server.protocol.office import MeetingCard, Pin, Question, Reply, Seat
from server.protocol.refusals import Refusal
from server.protocol.rules import Choice
from server.protocol.state import File, MeetingState, Online, Organization, Personal, ShownPage

PROTOCOL = 1
"""Raised when a client of the version before could not go on."""
CHUNK_BYTES = 256 * 1024
MAX_FRAME_BEFORE_SIGN_IN = 4 * 1024
MAX_FRAME = 320 * 1024
RESUME_LIMIT = 500
"""A listener further behind than this many events gets a snapshot."""

Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,512}={0,2}\Z")]
Epoch = Annotated[str, Meta(max_length=64)]
Kind = Literal["tablet", "desk", "display"]
FilePart = Literal["file", "words", "map", "scan", "picture"]


# ---- from a client -------------------------------------------------------------------------------


class Pair(Tagged, frozen=True):
    """A new device that has been given a code. `proof` = HMAC-SHA256 (SPEC 3.2), base64url."""

    name: Line
    kind: Kind
    public_key: Base64
    nonce: Base64
    proof: Base64


class FirstRun(Tagged, frozen=True):
    """The first desk of an empty server: the printed code makes an organization and a secretary."""

    name: Line
    public_key: Base64
    nonce: Base64
    proof: Base64
    organization: Organization
    secretary: Line
    passphrase: Pin


class Authenticate(Tagged, frozen=True):
    """A paired device proves its key: Ed25519 over the challenge (SPEC 3.4), base64url."""

    device: DeviceId
    signature: Base64
    protocol: Count = PROTOCOL


class SignIn(Tagged, frozen=True):
    """A person at a device: PIN on a tablet, passphrase at a desk."""

    person: PersonId
    pin: Pin


class Resume(Tagged, frozen=True):
    """The login of before, after a lost line; needs no PIN."""

    token: Base64


class SignOut(Tagged, frozen=True):
    """The login ends."""


class ChangePin(Tagged, frozen=True):
    """The person's own PIN; the first one must be changed before anything else."""

    old: Pin
    new: Pin


class Hello(Tagged, frozen=True):
    """Join a room, for the first time or again: `epoch` and `position` of what is held, or none."""

    room: MeetingId
    epoch: Epoch = ""
    position: Count = 0


class Leave(Tagged, frozen=True):
    """No longer listen to a room."""

    room: MeetingId


class Request(Tagged, frozen=True):
    """A command. Sent again with the same id until it is answered; the answer stays the same."""

    id: RequestId
    room: MeetingId
    command: Command


class Ask(Tagged, frozen=True):
    """A question to the office."""

    id: RequestId
    question: Question


class Show(Tagged, frozen=True):
    """Presence: the chair or the presenter shows a page; None ends it."""

    room: MeetingId
    page: ShownPage | None


class Ready(Tagged, frozen=True):
    """Presence: this person's tablet shows the ballot (or no longer does)."""

    room: MeetingId
    ready: bool


class Fetch(Tagged, frozen=True):
    """Papers' line: the bytes of a file from `offset` on, or what belongs to it.

    `part`: the file, its words or those found in its scans (SPEC 9.8), or the map of its words from
    those of `base` (SPEC 9.9).
    With `base` and part `file`: a patch against that file will do (SPEC 9.10). With part `picture`:
    the picture of `page`, from 1, at `dots` an inch (SPEC 9.12).
    """

    id: RequestId
    sha256: Sha256
    offset: Size = 0
    part: FilePart = "file"
    base: MaybeSha256 = ""
    page: Count = 0
    dots: Count = 0


class Upload(Tagged, frozen=True):
    """Papers' line: a paper from the desk. Binary messages follow from the answered offset."""

    id: RequestId
    upload: UploadId
    organization: MaybeId
    name: Line
    size: Size
    sha256: Sha256


ClientFrame = (
    Pair
    | FirstRun
    | Authenticate
    | SignIn
    | Resume
    | SignOut
    | ChangePin
    | Hello
    | Leave
    | Request
    | Ask
    | Show
    | Ready
    | Fetch
    | Upload
    | AllowNotes
    | OpenNotes
    | PutNotes
    | PutNoteKey
    | ResetNotes
    | FindReaders
    | ShareNotes
    | UnshareNotes
)


# ---- from the server -----------------------------------------------------------------------------


class Challenge(Tagged, frozen=True):
    """The first frame of every connection."""

    nonce: Base64
    server: Line
    protocol: Count
    ca_sha256: Sha256
    now: Time
    empty: bool = False
    """True while the server waits for its first desk (`FirstRun`)."""


class Paired(Tagged, frozen=True):
    """The device is known. `proof`: the server knew the code too; `comparison`: six digits."""

    device: DeviceId
    proof: Base64
    comparison: Line
    approved: bool


class Approved(Tagged, frozen=True):
    """A waiting device was approved; it authenticates on a new connection."""


class Authenticated(Tagged, frozen=True):
    """Who may sign in here. `own` is the person of this device's seat; `card` today's meeting.

    Displays only: `token` is a login of the display's own account; `Resume` with it, no PIN.
    """

    name: Line
    seats: tuple[Seat, ...]
    own: MaybeId = ""
    card: MeetingCard | None = None
    token: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,512}\Z")] = ""


class SignedIn(Tagged, frozen=True):
    """A login. Only `ChangePin` is taken while `must_change` is true.

    `cache`: the key of what this device keeps on its disk. `share`: goes, with the PIN, into the
    key under which the device keeps `cache` for the time without a line.
    """

    token: Base64
    person: PersonId
    name: Line
    must_change: bool = False
    cache: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}\Z")] = ""
    share: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}\Z")] = ""


class Meetings(Tagged, frozen=True):
    """The person's meetings, soonest first; sent after signing in and when one changes."""

    meetings: tuple[MeetingCard, ...]


class Snapshot(Tagged, frozen=True):
    """All that this audience may see, after the event at `position`. Replaces what was held."""

    room: MeetingId
    epoch: Epoch
    position: Count
    state: MeetingState


class Events(Tagged, frozen=True):
    """The audience's events `first`, `first + 1`, … Applied as one change."""

    room: MeetingId
    epoch: Epoch
    first: Count
    entries: tuple[Entry, ...]


class Joined(Tagged, frozen=True):
    """The listener has everything up to `position`; sent once after each `Hello`."""

    room: MeetingId
    epoch: Epoch
    position: Count
    now: Time


class OnlyYours(Tagged, frozen=True):
    """What only this person may see of the room, whole."""

    room: MeetingId
    personal: Personal


class Drafts(Tagged, frozen=True):
    """The unpublished changes, for the meeting's secretaries, whole."""

    room: MeetingId
    drafts: tuple[Draft, ...]


class Present(Tagged, frozen=True):
    """Presence: how many are connected; who, for officers only."""

    room: MeetingId
    count: Count
    people: tuple[Online, ...] = ()


class Shown(Tagged, frozen=True):
    """Presence: the page that is being shown, or none."""

    room: MeetingId
    page: ShownPage | None


class Progress(Tagged, frozen=True):
    """Presence: ballots received in the open poll, coalesced; whose, for officers only.

    `counts`: the answers so far, only where the rule shows them (`show_running`).
    """

    room: MeetingId
    poll: PollId
    received: Count
    people: tuple[PersonId, ...] = ()
    counts: Mapping[Choice, Count] = {}


class Checkpointed(Tagged, frozen=True):
    """Presence: the short form of the record's newest signed checkpoint (SPEC 11.4).

    Not for guests and sites, who may not know when something happens that they do not see.
    """

    room: MeetingId
    code: Line
    at: Time


class Accepted(Tagged, frozen=True):
    """The request is on the server's disk."""

    id: RequestId
    at: Time


class Refused(Tagged, frozen=True):
    """The request (or, without id, the frame before) was not done, and why."""

    refusal: Refusal
    id: MaybeId = ""


class Answer(Tagged, frozen=True):
    """The office's reply."""

    id: RequestId
    reply: Reply


class Sending(Tagged, frozen=True):
    """Papers' line: binary messages follow, from `offset` up to `size`.

    With `base` they are a patch that makes the file out of that one (SPEC 9.10).
    """

    id: RequestId
    sha256: Sha256
    offset: Size
    size: Size
    base: MaybeSha256 = ""


class Continue(Tagged, frozen=True):
    """Papers' line: the server holds `offset` bytes of this upload; send from there."""

    id: RequestId
    upload: UploadId
    offset: Size


class Stored(Tagged, frozen=True):
    """Papers' line: the upload passed intake; `file` can be filed."""

    id: RequestId
    file: File


ServerFrame = (
    Challenge
    | Paired
    | Approved
    | Authenticated
    | SignedIn
    | Meetings
    | Snapshot
    | Events
    | Joined
    | OnlyYours
    | Drafts
    | Present
    | Shown
    | Progress
    | Checkpointed
    | Accepted
    | Refused
    | Answer
    | Sending
    | Continue
    | Stored
    | NotesAllowed
    | NotesOpened
    | NotesArrived
    | NotesKept
    | NoteKeys
    | Readers
    | NotesShared
    | NotesUnshared
)
