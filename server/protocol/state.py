"""The state of one meeting, as every end of the wire holds it.

The server folds all events into it; a tablet folds those that its audience may see (`redact`).
Field names follow OParl (Organization, Person, AgendaItem, Paper, File) where it has a word.
"""

from collections.abc import Mapping
from typing import Literal

from server.protocol.comments import Comment
from server.protocol.counts import (
    Ballot,
    Board,
    Cast,
    Excuse,
    HandCount,
    Mismatch,
    PaperCount,
    Slip,
    Tally,
)
from server.protocol.ids import (
    CommentId,
    Count,
    DeviceId,
    ItemId,
    Key,
    Line,
    MaybeId,
    MeetingId,
    OrganizationId,
    PaperId,
    Part,
    PersonId,
    PollId,
    Sha256,
    Size,
    Text,
    Time,
)
from server.protocol.rules import CHOICES, Base, Choice, Rule, Threshold

__all__ = [
    "CHOICES",
    "Acknowledgement",
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Base",
    "Choice",
    "Comment",
    "File",
    "FloorRequest",
    "HelpCall",
    "HelpKind",
    "ItemForm",
    "ItemStatus",
    "MeetingState",
    "Notice",
    "Online",
    "Organization",
    "Paper",
    "PaperAudience",
    "PaperClass",
    "Personal",
    "Phase",
    "Poll",
    "PollState",
    "Presence",
    "Receipt",
    "Role",
    "RollEntry",
    "Rule",
    "ShownPage",
    "Speaking",
    "Tally",
    "Threshold",
]

Phase = Literal["prepared", "open", "paused", "closed"]
Role = Literal["chair", "secretary", "member", "guest", "site", "display"]
Presence = Literal["unmarked", "present", "leave", "no_leave", "left"]
"""unmarked: not called yet; leave / no_leave: absent with / without leave; left: was here, went."""
ItemStatus = Literal["waiting", "now", "done", "hold"]
ItemForm = Literal["open", "consensus", "paper", "none"]
"""How an item ends: open poll, by consensus, poll on paper, nothing to decide."""
PollState = Literal["prepared", "open", "paused", "closed", "published", "annulled"]
HelpKind = Literal["tech", "tea", "mic", "print"]
PaperClass = Literal["normal", "internal", "confidential", "secret", "top_secret"]
"""Thường, Nội bộ; Mật, Tối mật and Tuyệt mật exist only as placeholders without a file."""
PaperAudience = Literal["item", "members"]
"""item: everyone who sees the item; members: not its invited guests."""


class Organization(Part, frozen=True):
    """The body that meets. `address`: how its people are addressed on screen.

    `sealed`: the body has chosen to hold secret ballots on tablets.
    """

    id: OrganizationId
    name: Line
    short_name: Line = ""
    term: Line = ""
    address: Literal["dong_chi", "dai_bieu"] = "dong_chi"
    sealed: bool = False


class RollEntry(Part, frozen=True):
    """One summoned person. Guests see only `items`; `ballots` says whether they may cast one.

    `deputy_for`: attends in the place of that member (dự thay), who then is absent.
    """

    person: PersonId
    name: Line
    role: Role
    post: Line = ""
    seat: Line = ""
    ballots: bool = False
    items: tuple[ItemId, ...] = ()
    deputy_for: MaybeId = ""


class Attendance(Part, frozen=True):
    """Where a person is, since when, and (officers only) why."""

    presence: Presence = "unmarked"
    reason: Line = ""
    at: Time = 0


class File(Part, frozen=True):
    """One version's bytes. Transfer and receipts use the view copy; the record holds both."""

    view_sha256: Sha256
    original_sha256: Sha256
    pages: Count
    size: Size
    name: Line = ""


class Paper(Part, frozen=True):
    """A paper of an item. `files` are its versions, oldest first; none for a placeholder."""

    id: PaperId
    title: Line
    kind: Line = ""
    symbol: Line = ""
    classification: PaperClass = "normal"
    audience: PaperAudience = "item"
    files: tuple[File, ...] = ()
    copies: Count = 0
    replaced_at: Time = 0

    @property
    def version(self) -> int:
        """The number of the current version, from 1; 0 for a placeholder."""
        return len(self.files)

    @property
    def file(self) -> File | None:
        """The current version's file."""
        return self.files[-1] if self.files else None


class AgendaItem(Part, frozen=True):
    """One item. `number` is printed; the order is that of `MeetingState.items`.

    `unheard`: who asked for the floor and had not been given it when the item was left.
    """

    id: ItemId
    number: Count
    title: Line
    short_title: Line
    minutes: Count = 0
    presenter: Line = ""
    form: ItemForm = "none"
    sites: bool = False
    papers: tuple[Paper, ...] = ()
    status: ItemStatus = "waiting"
    added_in: Count = 1
    changed_in: Count = 1
    taken_up_at: Time = 0
    concluded_at: Time = 0
    conclusion: Text = ""
    consensus: bool = False
    unheard: tuple[PersonId, ...] = ()


class FloorRequest(Part, frozen=True):
    """One place in the queue."""

    person: PersonId
    at: Time


class Speaking(Part, frozen=True):
    """Who has the floor, since when, for how many seconds in all."""

    person: PersonId
    since: Time
    seconds: Count


class Poll(Part, frozen=True):
    """One asking. `ballots` is empty on tablets until an open poll is published.

    `series`: polls of one sitting share it. `repeats`: the poll that this one asks again, as its
    `round`. `bases`: denominators as they were at the opening; `chair`: who presided then.
    `ends_at`: no ballot after it, 0 for no limit. `keys`: what tablets seal ballots for, the first
    opener's first; `cast`: who has cast a sealed one. `slips`: sealed ballots, opened, in no order
    of their casting; the server's alone. `called`: whose turn it is in a roll call. `place`, `of`:
    question 2 of 4 of its sitting; 0 where no place was arranged, `of` also before the opening.
    `reminded_at`: when those who have not sent were last reminded; `timed`: it closed because its
    time was over; `keys_lost`: sealed ballots that nobody can open.
    """

    id: PollId
    item: MaybeId
    question: Line
    rule: Rule
    state: PollState = "prepared"
    prepared_at: Time = 0
    opened_at: Time = 0
    closed_at: Time = 0
    published_at: Time = 0
    present: Count = 0
    members: Count = 0
    need: Count = 0
    electorate: tuple[PersonId, ...] = ()
    ballots: Mapping[PersonId, Ballot] = {}
    tally: Tally | None = None
    reason: Line = ""
    series: MaybeId = ""
    repeats: MaybeId = ""
    round: Count = 1
    bases: Mapping[Base, Count] = {}
    chair: MaybeId = ""
    excused: Mapping[PersonId, Excuse] = {}
    absent: tuple[PersonId, ...] = ()
    ends_at: Time = 0
    paused_at: Time = 0
    called: MaybeId = ""
    keys: tuple[Key, ...] = ()
    cast: Mapping[PersonId, Cast] = {}
    slips: tuple[Slip, ...] = ()
    unreadable: Count = 0
    hands: HandCount | None = None
    board: Board | None = None
    consensus: bool = False
    place: Count = 0
    of: Count = 0
    reminded_at: Time = 0
    timed: bool = False
    keys_lost: bool = False

    @property
    def received(self) -> Count:
        """How many have cast, by name or sealed."""
        return len(self.cast) or len(self.ballots)


class HelpCall(Part, frozen=True):
    """Somebody asks for help; answered calls leave the state."""

    person: PersonId
    kind: HelpKind
    at: Time


class Acknowledgement(Part, frozen=True):
    """The newest agenda version that a person's tablet has confirmed."""

    version: Count
    at: Time


class Receipt(Part, frozen=True):
    """What became of one file on one person's tablet; 0 means not yet."""

    received_at: Time = 0
    opened_at: Time = 0


class Notice(Part, frozen=True):
    """A sentence from the secretary to everyone."""

    text: Line
    at: Time


class MeetingState(Part, frozen=True):
    """All that is known of a meeting. Equal event lists fold to equal states."""

    id: MeetingId
    organization: Organization
    title: Line
    ordinal: Line = ""
    place: Line = ""
    starts_at: Time = 0
    ends_at: Time = 0
    phase: Phase = "prepared"
    opened_at: Time = 0
    closed_at: Time = 0
    roll: Mapping[PersonId, RollEntry] = {}
    chair: MaybeId = ""
    attendance: Mapping[PersonId, Attendance] = {}
    agenda_version: Count = 0
    agenda_published_at: Time = 0
    items: tuple[AgendaItem, ...] = ()
    current: MaybeId = ""
    floor: tuple[FloorRequest, ...] = ()
    speaking: Speaking | None = None
    polls: Mapping[PollId, Poll] = {}
    help: tuple[HelpCall, ...] = ()
    notices: tuple[Notice, ...] = ()
    acknowledged: Mapping[PersonId, Acknowledgement] = {}
    receipts: Mapping[Sha256, Mapping[PersonId, Receipt]] = {}
    comments: Mapping[CommentId, Comment] = {}
    """In the order in which they came."""

    def item(self, item: ItemId) -> AgendaItem | None:
        """Return the item of that identifier, or None."""
        return next((one for one in self.items if one.id == item), None)

    def paper(self, paper: PaperId) -> tuple[AgendaItem, Paper] | None:
        """Return the paper of that identifier and the item it belongs to, or None."""
        return next(((i, p) for i in self.items for p in i.papers if p.id == paper), None)

    def open_poll(self) -> Poll | None:
        """Return the poll that takes ballots now or is paused; of a sitting, its first one."""
        return next(iter(self.open_polls()), None)

    def open_polls(self) -> tuple[Poll, ...]:
        """Return the polls that take ballots or are paused: one, or questions of one sitting."""
        running = (poll for poll in self.polls.values() if poll.state in {"open", "paused"})
        return tuple(sorted(running, key=lambda poll: poll.place))

    def questions(self, series: MaybeId) -> tuple[Poll, ...]:
        """Return the questions of a sitting in their order; an annulled one is none any more."""
        own = (poll for poll in self.polls.values() if poll.place and poll.series == series)
        return tuple(sorted((p for p in own if p.state != "annulled"), key=lambda p: p.place))


class Personal(Part, frozen=True):
    """What only one person may see of a meeting: sent to them alone, whole, when it changes."""

    ballots: Mapping[PollId, Ballot] = {}
    place: Count = 0
    """Place in the floor queue from 1; 0 when not in it."""
    cast: Mapping[PollId, Cast] = {}
    """The sealed ballots: that they are in, not what they say."""
    counted: Mapping[PollId, PaperCount] = {}
    """What this teller entered from paper ballots."""
    mismatches: Mapping[PollId, tuple[Mismatch, ...]] = {}
    """Where this teller's entry differs from the others', once all are in."""
    comments: Mapping[CommentId, Comment] = {}
    """What the person has sent, oldest first."""
    unheard: tuple[ItemId, ...] = ()
    """Items left before the person was given the floor, and without a comment instead."""


class ShownPage(Part, frozen=True):
    """Where the presenter is: presence, never stored. `page` counts from 0.

    `y`: share of the page's height, 0 top. `pointer` (x, y) and `spot` (left, top, right, bottom)
    are shares of the page's width and height as it is seen, from its upper left corner: where the
    presenter points, and the passage that is meant.
    """

    person: PersonId
    item: ItemId
    paper: PaperId
    version: Count
    page: Count
    y: float = 0.0
    pointer: tuple[float, float] | None = None
    spot: tuple[float, float, float, float] | None = None


class Online(Part, frozen=True):
    """One connected person, for officers. `ready`: the ballot is on the screen."""

    person: PersonId
    device: DeviceId
    ready: bool = False
