"""What the whole client knows: one immutable value, changed only by `store.reduce`.

Screens never read it: `selectors` turn it into frozen view models. Times are the server's, in
milliseconds; `AppState.now` is kept by the clock that the app dispatches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from server.protocol.commands import Command, Draft
from server.protocol.ids import (
    DeviceId,
    ItemId,
    MaybeId,
    MeetingId,
    OrganizationId,
    PaperId,
    PersonId,
    PollId,
    RequestId,
    Sha256,
    Time,
)
from server.protocol.office import Device, FirstPin, MeetingCard, PairingCode, Person, Seat
from server.protocol.refusals import Refusal
from server.protocol.state import (
    MeetingState,
    Online,
    Organization,
    Personal,
    ShownPage,
)

Line = Literal["unpaired", "waiting", "connecting", "connected", "reconnecting", "refused"]
"""unpaired: no server known; waiting: paired, not approved yet; refused: the server said no."""
Kind = Literal["tablet", "desk", "display"]
ScreenName = Literal[
    "pairing",
    "sign_in",
    "change_pin",
    "lobby",
    "meeting",
    "search",
    "poll",
    "result",
    "desk",
    "display",
]
Language = Literal["vi", "en"]
TextSize = Literal["normal", "large", "xlarge"]
ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """Kept per person on the device."""

    language: Language = "vi"
    theme: ThemeName = "light"
    text_size: TextSize = "normal"
    keep_pages_light: bool = False
    rail_open: bool = True
    reduce_motion: bool = False
    show_shared: bool = True
    """What others show is seen on the pages."""


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """Another device of this person that asks for the key of their notes."""

    device: DeviceId
    digits: str
    """Shown on both devices, to be compared before the key is given."""


@dataclass(frozen=True, slots=True)
class NotesState:
    """How the private notes of the person who is here stand."""

    person: MaybeId = ""
    """Whose notes are open; empty: nobody's."""
    saving: bool = False
    """Something written is not on this device's disk yet."""
    fault: bool = False
    """The disk refuses: what was written last is in memory only, and tried again."""
    unsent: int = 0
    """Changes that are only on this device."""
    online: bool = False
    """The notes' line to the server is open."""
    locked: bool = False
    """The person has notes that this device has no key for yet."""
    passphrase: bool = False
    code: bool = False
    """How the key can be had again when this device is lost."""
    digits: str = ""
    """While `locked`: what the other device shows when this one asks it for the key."""
    requests: tuple[KeyRequest, ...] = ()
    shared: int = 0
    """How many shares of other people this person can read."""
    shared_news: int = 0
    """Grows whenever what others share may be something else."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who is signed in at this device. `offline`: by what the device holds, the server unseen."""

    person: PersonId
    name: str
    must_change: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Ballots received so far in the open poll; whose, only on officers' devices."""

    received: int = 0
    people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What this device has checked of a meeting's record (see `client.proof`).

    `size`, `root`, `key`, `short`: the newest checkpoint that it has verified; none with size 0.
    `ballots`: whether the own ballot of each poll is in it. `fault`: which promise was broken.
    """

    size: int = 0
    root: bytes = b""
    key: bytes = b""
    short: str = ""
    ballots: Mapping[PollId, Literal["in", "wrong"]] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class RoomView:
    """One meeting as this device holds it; `joined` says that nothing is missing right now."""

    state: MeetingState
    epoch: str = ""
    position: int = 0
    joined: bool = False
    personal: Personal = field(default_factory=Personal)
    present: int = 0
    online: tuple[Online, ...] = ()
    shown: ShownPage | None = None
    progress: Mapping[str, Progress] = field(default_factory=dict)
    drafts: tuple[Draft, ...] = ()
    code: str = ""
    """The short form of the record's newest checkpoint, as the server tells everyone."""
    proof: Proof = field(default_factory=Proof)


@dataclass(frozen=True, slots=True)
class Pending:
    """A command that the server has not answered yet; it is sent again until it is."""

    id: RequestId
    room: MeetingId
    command: Command
    since: Time


@dataclass(frozen=True, slots=True)
class Download:
    """How far one file is. `stored`: verified and on this device's disk."""

    size: int = 0
    received: int = 0
    stored: bool = False
    retry_at: Time = 0
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way from the desk to the server."""

    name: str
    size: int = 0
    sent: int = 0
    checking: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Where the reader was in a paper: page from 0, `y` as a share of the page height."""

    page: int = 0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where something was found: words `first` to `last` (from 0) of a page (from 1) of a file."""

    room: MeetingId
    item: ItemId
    paper: PaperId
    version: int
    sha256: Sha256
    page: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Finds:
    """What was found and is marked while reading, in order; `at`: the one that one is at."""

    typed: str
    places: tuple[FoundPlace, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """What is filled in on a ballot that waits, not sent, while another question is on screen."""

    marks: Mapping[str, str] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is in the client."""

    screen: ScreenName = "sign_in"
    room: MaybeId = ""
    item: MaybeId = ""
    paper: MaybeId = ""
    version: int = 0
    following: bool = False
    writing: bool = False
    """Viết: a pen writes on the page, and following rests."""
    poll: MaybeId = ""
    choice: str = ""
    """The choice that waits for Gửi; empty before one is made."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """What is marked beside each name of a ballot that is not sent yet."""
    written: tuple[str, ...] = ()
    """Names written on that ballot."""
    opinion: str = ""
    """Words that go with the choice."""
    minimised: bool = False
    """The ballot is put aside to look at the draft."""
    overview: bool = False
    """Every question of the sitting is listed, with what was sent."""
    filled: Mapping[PollId, Filled] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """A toast. `key` and `params` are translated when shown; `undo` names what its button does."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    undo: str = ""
    serial: int = 0


@dataclass(frozen=True, slots=True)
class OfficeView:
    """What the desk has asked of the office last."""

    organizations: tuple[Organization, ...] = ()
    organization: OrganizationId = ""
    people: tuple[Person, ...] = ()
    devices: tuple[Device, ...] = ()
    code: PairingCode | None = None
    first_pins: tuple[FirstPin, ...] = ()


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything; `reduce(state, action)` gives the next one."""

    kind: Kind = "tablet"
    now: Time = 0
    line: Line = "connecting"
    line_since: Time = 0
    server: str = ""
    server_empty: bool = False
    device_name: str = ""
    comparison: str = ""
    battery: int | None = None
    seats: tuple[Seat, ...] = ()
    own: MaybeId = ""
    card: MeetingCard | None = None
    login: Login | None = None
    sign_in_refusal: Refusal | None = None
    refused_at: Time = 0
    """When signing in was refused, for the countdown of a lock."""
    busy: bool = False
    """Signing in, pairing or changing the PIN: asked and not answered."""
    meetings: tuple[MeetingCard, ...] = ()
    rooms: Mapping[MeetingId, RoomView] = field(default_factory=dict)
    pending: tuple[Pending, ...] = ()
    downloads: Mapping[Sha256, Download] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    office: OfficeView = field(default_factory=OfficeView)
    preferences: Preferences = field(default_factory=Preferences)
    notes: NotesState = field(default_factory=NotesState)
    place: Place = field(default_factory=Place)
    places: Mapping[PaperId, ReadingPlace] = field(default_factory=dict)
    seen_versions: Mapping[PaperId, int] = field(default_factory=dict)
    """The version of each paper that this person opened last: what is newer is marked changed."""
    read_before: Mapping[PaperId, int] = field(default_factory=dict)
    """The version of each paper that was read before a newer one was opened: what changed since."""
    comment_drafts: Mapping[ItemId, str] = field(default_factory=dict)
    """What this person has begun to write to the secretary on an item, and not sent."""
    finds: Finds | None = None
    dismissed: frozenset[str] = frozenset()
    """Banners that the person has closed, by their key and number."""
    message: Message | None = None
    message_serial: int = 0
    practised: bool = False
    """The person has tried a ballot on this device."""
    unsent: frozenset[str] = frozenset()
    """Polls whose ballot was made here but did not reach the server before the close."""

    def room(self) -> RoomView | None:
        """Return the meeting that is on screen, or None."""
        return self.rooms.get(self.place.room)


def current_item(room: RoomView) -> ItemId:
    """Return the item in progress, or the first one before the meeting begins."""
    state = room.state
    return state.current or (state.items[0].id if state.items else "")


def to_count(state: AppState) -> dict[MeetingId, PollId]:
    """Return the polls whose paper ballots this person counts now, one a meeting."""
    person = state.login.person if state.login else ""
    return {
        room: poll.id
        for room, view in state.rooms.items()
        for poll in view.state.polls.values()
        if poll.state == "closed" and poll.tally is None and poll.board is not None
        if person in poll.board.tellers
    }
