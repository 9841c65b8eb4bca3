"""The state of one meeting, as every end of the wire holds it.

The server folds all events into it; a tablet folds those that its audience may see (`redact`).
Field names follow OParl (Organization, Person, AgendaItem, Paper, File) where it has a word.
"""

from collections.abc import Mapping
from typing import Literal

from server.protocol.ids import (
    BallotId,
    Count,
    DeviceId,
    ItemId,
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

Phase = Literal["prepared", "open", "paused", "closed"]
Role = Literal["chair", "secretary", "member", "guest", "site", "display"]
Presence = Literal["unmarked", "present", "leave", "no_leave", "left"]
"""unmarked: not called yet; leave / no_leave: absent with / without leave; left: was here, went."""
ItemStatus = Literal["waiting", "now", "done", "hold"]
ItemForm = Literal["open", "consensus", "paper", "none"]
"""How an item ends: open poll, by consensus, poll on paper, nothing to decide."""
Base = Literal["members_total", "present"]
Choice = Literal["for", "against", "other"]
PollState = Literal["prepared", "open", "paused", "closed", "published", "annulled"]
HelpKind = Literal["tech", "tea", "mic", "print"]
PaperClass = Literal["normal", "internal", "confidential", "secret", "top_secret"]
"""Thường, Nội bộ; Mật, Tối mật and Tuyệt mật exist only as placeholders without a file."""
PaperAudience = Literal["item", "members"]
"""item: everyone who sees the item; members: not its invited guests."""
CHOICES: tuple[Choice, ...] = ("for", "against", "other")


class Organization(Part, frozen=True):
    """The body that meets. `address`: how its people are addressed on screen."""

    id: OrganizationId
    name: Line
    short_name: Line = ""
    term: Line = ""
    address: Literal["dong_chi", "dai_bieu"] = "dong_chi"


class RollEntry(Part, frozen=True):
    """One summoned person. Guests see only `items`; `ballots` says whether they may cast one."""

    person: PersonId
    name: Line
    role: Role
    post: Line = ""
    seat: Line = ""
    ballots: bool = False
    items: tuple[ItemId, ...] = ()


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
    """One item. `number` is printed; the order is that of `MeetingState.items`."""

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


class FloorRequest(Part, frozen=True):
    """One place in the queue."""

    person: PersonId
    at: Time


class Speaking(Part, frozen=True):
    """Who has the floor, since when, for how many seconds in all."""

    person: PersonId
    since: Time
    seconds: Count


class Threshold(Part, frozen=True):
    """More than (or, not strict, at least) numerator/denominator of the base."""

    numerator: Count = 1
    denominator: Count = 2
    strict: bool = True


class Rule(Part, frozen=True):
    """How a poll is counted. Locked when the poll opens. Quorum is a share of all members."""

    base: Base = "members_total"
    threshold: Threshold = Threshold()
    quorum: Threshold = Threshold(2, 3, strict=False)
    quorum_blocks: bool = True
    may_change: bool = True
    citation: Line = ""


class Tally(Part, frozen=True):
    """A counted poll; integers only. Percentages are hundredths of a percent, rounded half up.

    `need` is the least number in favour that passes; `missing` counts those of the base who are
    not accounted for by a ballot; `second_*` is the other base, for information.
    """

    counts: Mapping[Choice, Count]
    base: Base
    base_count: Count
    present: Count
    members: Count
    need: Count
    passed: bool
    percent: Count
    second_percent: Count
    missing: Count
    quorum_need: Count


class Ballot(Part, frozen=True):
    """The answer of one person that counts. `by_hand`: written by an officer, seen by another."""

    id: BallotId
    choice: Choice
    at: Time
    opinion: Text = ""
    by_hand: bool = False
    confirmed_by: MaybeId = ""


class Poll(Part, frozen=True):
    """One asking. `ballots` is empty on tablets until an open poll is published."""

    id: PollId
    item: ItemId
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

    def item(self, item: ItemId) -> AgendaItem | None:
        """Return the item of that identifier, or None."""
        return next((one for one in self.items if one.id == item), None)

    def paper(self, paper: PaperId) -> tuple[AgendaItem, Paper] | None:
        """Return the paper of that identifier and the item it belongs to, or None."""
        return next(((i, p) for i in self.items for p in i.papers if p.id == paper), None)

    def open_poll(self) -> Poll | None:
        """Return the poll that takes ballots now or is paused; there is at most one."""
        return next((p for p in self.polls.values() if p.state in {"open", "paused"}), None)


class Personal(Part, frozen=True):
    """What only one person may see of a meeting: sent to them alone, whole, when it changes."""

    ballots: Mapping[PollId, Ballot] = {}
    place: Count = 0
    """Place in the floor queue from 1; 0 when not in it."""


class ShownPage(Part, frozen=True):
    """Where the presenter is: presence, never stored. `y`: share of the page height, 0 top."""

    person: PersonId
    item: ItemId
    paper: PaperId
    version: Count
    page: Count
    y: float = 0.0


class Online(Part, frozen=True):
    """One connected person, for officers. `ready`: the ballot is on the screen."""

    person: PersonId
    device: DeviceId
    ready: bool = False
