"""What the desk asks of the office around meetings: bodies, people, tablets, drafts, record.

Not journalled as events: these change the office's own tables. Sent as `Ask`, answered by one
`Answer` or `Refused`. Secretaries may ask for their own organizations only.
"""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.commands import Change
from server.protocol.ids import (
    ChangeId,
    Count,
    DeviceId,
    Line,
    MaybeId,
    MeetingId,
    OrganizationId,
    Part,
    PersonId,
    PollId,
    Sha256,
    Tagged,
    Text,
    Time,
)
from server.protocol.rules import Rule
from server.protocol.state import Organization, Role, RollEntry

Pin = Annotated[str, Meta(min_length=4, max_length=128)]
Blob = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,200000}\Z")]
"""Bytes in base64url without padding."""
OfficeRole = Literal["member", "guest", "secretary", "site", "display", "technician"]


class Person(Part, frozen=True):
    """Somebody with an account, as a secretary of the organization sees them."""

    id: PersonId
    name: Line
    role: OfficeRole = "member"
    post: Line = ""
    seat: Line = ""
    must_change: bool = False


class Device(Part, frozen=True):
    """A paired tablet, desk or display."""

    id: DeviceId
    name: Line
    state: Literal["waiting", "approved", "revoked"]
    comparison: Line = ""
    """The six digits that both screens show while a device waits for approval."""
    person: MaybeId = ""
    seen_at: Time = 0
    kind: Literal["tablet", "desk", "display"] = "tablet"


class Scan(Part, frozen=True):
    """A paper some of whose pages are pictures; `done` of its `pages` such pages have been read."""

    sha256: Sha256
    state: Literal["waiting", "reading", "done", "failed", "unavailable"]
    """unavailable: the server has no program that reads them."""
    pages: Count = 0
    done: Count = 0


class RulePreset(Part, frozen=True):
    """A rule that the body votes by, under a name in both languages; data, not law.

    `number`: the form's number in the list of forms; presets are shown in its order.
    """

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
    name: Line
    name_en: Line = ""
    rule: Rule = Rule()
    note: Line = ""
    number: Line = ""


class ListOrganizations(Tagged, frozen=True):
    """Answer: `Organizations`."""


class AddOrganization(Tagged, frozen=True):
    """A further body; the asking secretary becomes its secretary. Answer: `Done`."""

    organization: Organization


class ListPeople(Tagged, frozen=True):
    """Answer: `People`."""

    organization: OrganizationId


class PutPerson(Tagged, frozen=True):
    """Add or change a person. A new one gets a first PIN. Answer: `FirstPins`."""

    organization: OrganizationId
    person: Person


class RemovePerson(Tagged, frozen=True):
    """The membership ends; the person's logins are revoked. Answer: `Done`."""

    organization: OrganizationId
    person: PersonId


class ImportPeople(Tagged, frozen=True):
    """CSV text with a header: name, role, post, seat. All rows or none. Answer: `FirstPins`."""

    organization: OrganizationId
    csv: Annotated[str, Meta(max_length=200_000)]


class ResetPin(Tagged, frozen=True):
    """A new first PIN; the lock of that person ends. Answer: `FirstPins`."""

    organization: OrganizationId
    person: PersonId


class IssueCode(Tagged, frozen=True):
    """A single-use pairing code, valid 10 minutes. Answer: `PairingCode`."""

    label: Line = ""
    kind: Literal["tablet", "desk", "display"] = "tablet"
    person: MaybeId = ""


class ListDevices(Tagged, frozen=True):
    """Answer: `Devices`."""


class ListScans(Tagged, frozen=True):
    """Which papers of a meeting have scanned pages, and how far these are read. Answer: `Scans`."""

    room: MeetingId


class ApproveDevice(Tagged, frozen=True):
    """A waiting device may sign people in. Answer: `Done`."""

    device: DeviceId


class RevokeDevice(Tagged, frozen=True):
    """A device may not connect any more; its logins end. Answer: `Done`."""

    device: DeviceId


class MakeMeeting(Tagged, frozen=True):
    """A new meeting of the organization. An empty roll means everybody. Answer: `MeetingMade`."""

    organization: OrganizationId
    meeting: MeetingId
    title: Line
    ordinal: Line = ""
    place: Line = ""
    starts_at: Time = 0
    ends_at: Time = 0
    chair: MaybeId = ""
    roll: tuple[RollEntry, ...] = ()


class PutDraft(Tagged, frozen=True):
    """Keep one unpublished change; the same id replaces it. Answer: `Done`."""

    room: MeetingId
    draft: ChangeId
    change: Change


class DropDraft(Tagged, frozen=True):
    """Forget one unpublished change. Answer: `Done`."""

    room: MeetingId
    draft: ChangeId


class MakeMinutes(Tagged, frozen=True):
    """The minutes as PDF, from the record as it stands. Answer: `Made`; fetch it by hash."""

    room: MeetingId


class ExportRecord(Tagged, frozen=True):
    """The record as a zip. Answer: `Made`; fetch it by hash."""

    room: MeetingId


class MakePollRecords(Tagged, frozen=True):
    """The records of all polls (PDF, DOCX, CSV, JSON) as a zip. Answer: `Made`; fetch by hash."""

    room: MeetingId


class PrintBallots(Tagged, frozen=True):
    """Ballots of paper for a poll, numbered for the board's register, as PDF. Answer: `Made`."""

    room: MeetingId
    poll: PollId
    count: Annotated[int, Meta(ge=1, le=5_000)]


class MakeBackup(Tagged, frozen=True):
    """A backup beside the database, while running. Answer: `BackupMade`."""


class PrintSheet(Tagged, frozen=True):
    """First PIN and pairing QR of everyone who has not signed in yet, as PDF. Answer: `Made`."""

    organization: OrganizationId


class ListRules(Tagged, frozen=True):
    """The body's rules of voting: its own, or those that come with the program. Answer: `Rules`."""

    organization: OrganizationId


class MeetingRules(Tagged, frozen=True):
    """Officers of a meeting, also on a tablet: the rules of its body. Answer: `Rules`."""

    room: MeetingId


class PutRule(Tagged, frozen=True):
    """Add or change one of the body's rules. Answer: `Rules`."""

    organization: OrganizationId
    preset: RulePreset


class DropRule(Tagged, frozen=True):
    """The body does not vote by this rule. Answer: `Rules`."""

    organization: OrganizationId
    preset: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]


class AllowSealed(Tagged, frozen=True):
    """The body holds secret ballots on tablets, in meetings made from now on. Answer: `Rules`."""

    organization: OrganizationId
    sealed: bool


class MakeDossier(Tagged, frozen=True):
    """The sealed dossier of a meeting as a zip that anyone verifies offline. Answer: `Made`.

    `audience`: with all that the record holds, or with what members may see of it.
    """

    room: MeetingId
    audience: Literal["officers", "members"] = "officers"


class ProveBallots(Tagged, frozen=True):
    """Anyone on the roll, also on a tablet: the own ballots in the record. Answer: `BallotsProved`.

    `held`: the size of a checkpoint that the asking device holds, or 0.
    """

    room: MeetingId
    held: Count = 0


Question = (
    ListOrganizations
    | AddOrganization
    | ListPeople
    | PutPerson
    | RemovePerson
    | ImportPeople
    | ResetPin
    | IssueCode
    | ListDevices
    | ListScans
    | ApproveDevice
    | RevokeDevice
    | MakeMeeting
    | PutDraft
    | DropDraft
    | MakeMinutes
    | ExportRecord
    | MakePollRecords
    | PrintBallots
    | MakeBackup
    | PrintSheet
    | ListRules
    | MeetingRules
    | PutRule
    | DropRule
    | AllowSealed
    | MakeDossier
    | ProveBallots
)


class Done(Tagged, frozen=True):
    """It is on the disk."""


class Organizations(Tagged, frozen=True):
    """The bodies that the asking person serves."""

    organizations: tuple[Organization, ...]


class People(Tagged, frozen=True):
    """Everybody with a membership of the organization."""

    people: tuple[Person, ...]


class FirstPin(Part, frozen=True):
    """A PIN that works once: the person chooses their own at first sign-in."""

    person: PersonId
    name: Line
    pin: Line


class FirstPins(Tagged, frozen=True):
    """Shown once; the server keeps only what it needs to check them."""

    pins: tuple[FirstPin, ...]


class PairingCode(Tagged, frozen=True):
    """`code`: 16 letters of the RFC 4648 base32 alphabet; `qr`: what a camera reads."""

    code: Line
    qr: Line
    expires_at: Time


class Scans(Tagged, frozen=True):
    """The papers with scanned pages, in the order of the agenda."""

    scans: tuple[Scan, ...]


class Devices(Tagged, frozen=True):
    """All devices, newest first."""

    devices: tuple[Device, ...]


class MeetingMade(Tagged, frozen=True):
    """The room is open."""

    room: MeetingId


class Made(Tagged, frozen=True):
    """A file was made; the asking device may fetch it by its hash, until the server stops."""

    sha256: Sha256
    size: Annotated[int, Meta(ge=0)]
    name: Line


class BackupMade(Tagged, frozen=True):
    """Where the backup lies on the server's disk, and its size in bytes."""

    path: Line
    size: Annotated[int, Meta(ge=0)]


class Rules(Tagged, frozen=True):
    """The body's rules of voting, in order; `sealed`: it holds secret ballots on tablets."""

    presets: tuple[RulePreset, ...]
    sealed: bool = False


class ProvedBallot(Part, frozen=True):
    """One entry of the record: its bytes and salt, and what leads from it to the root."""

    poll: PollId
    seq: Count
    record: Blob
    salt: Blob
    path: tuple[Sha256, ...] = ()


class BallotsProved(Tagged, frozen=True):
    """The newest checkpoint, its key, and the person's ballots that it covers (SPEC 11.4)."""

    checkpoint: Text = ""
    key: Line = ""
    ballots: tuple[ProvedBallot, ...] = ()
    since: tuple[Sha256, ...] = ()
    """That it goes on from the checkpoint of `held` entries."""


Reply = (
    Done
    | Organizations
    | People
    | FirstPins
    | PairingCode
    | Devices
    | MeetingMade
    | Made
    | BackupMade
    | Rules
    | BallotsProved
    | Scans
)


class Seat(Part, frozen=True):
    """A name on the sign-in list of a paired device."""

    person: PersonId
    name: Line
    post: Line = ""
    seat: Line = ""
    role: OfficeRole = "member"


class MeetingCard(Part, frozen=True):
    """One meeting in a person's lobby; `room` is what `Hello` joins."""

    room: MeetingId
    organization: Organization
    title: Line
    ordinal: Line
    place: Line
    starts_at: Time
    ends_at: Time
    phase: Literal["prepared", "open", "paused", "closed"]
    role: Role
