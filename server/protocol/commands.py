"""What a person may ask of a meeting. Imperative; the core decides each into events or a refusal.

Who may: officers are the meeting's secretary and whoever presides (the chair or the acting chair).
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.commands_polls import (
    AnnulPoll,
    ArrangeSeries,
    CallPerson,
    CastBallot,
    ClosePoll,
    CloseSeries,
    ConfirmHandCount,
    EndPoll,
    EnterPaperCount,
    ExcusePerson,
    ExtendPoll,
    OfferKeys,
    OpenNext,
    OpenPaperCount,
    OpenPoll,
    OpenSealedBatch,
    OpenSeries,
    PausePoll,
    PollCommand,
    PreparePoll,
    PublishPoll,
    PublishSeries,
    RecordBallot,
    RecordConsensus,
    RecordHandCount,
    ReleasePaperCount,
    RemindPoll,
    RepeatPoll,
    ReportLostKeys,
    ResumePoll,
    SealBallot,
    SettleTie,
)
from server.protocol.comments import CommentCommand, SendComment, TakeComment
from server.protocol.ids import (
    ChangeId,
    Count,
    ItemId,
    Line,
    PaperId,
    Part,
    PersonId,
    Sha256,
    Tagged,
    Text,
    Time,
)
from server.protocol.state import (
    File,
    HelpKind,
    ItemForm,
    PaperAudience,
    PaperClass,
    Presence,
    RollEntry,
)

__all__ = [
    "AcknowledgeAgenda",
    "AcknowledgePaper",
    "AddItem",
    "AnnulPoll",
    "AnswerHelp",
    "ArrangeSeries",
    "AskFloor",
    "CallHelp",
    "CallPerson",
    "CastBallot",
    "Change",
    "CloseMeeting",
    "ClosePoll",
    "CloseSeries",
    "Command",
    "ConcludeItem",
    "ConfirmHandCount",
    "CreateMeeting",
    "Draft",
    "DropItem",
    "EditItem",
    "EndFloor",
    "EndPoll",
    "EnterPaperCount",
    "ExcusePerson",
    "ExtendFloor",
    "ExtendPoll",
    "FilePaper",
    "GiveFloor",
    "MarkAttendance",
    "MoveItem",
    "NameActingChair",
    "OfferKeys",
    "OpenNext",
    "OpenPaperCount",
    "OpenPoll",
    "OpenSealedBatch",
    "OpenSeries",
    "PauseMeeting",
    "PausePoll",
    "PostponeItem",
    "PreparePoll",
    "PublishChanges",
    "PublishPoll",
    "PublishSeries",
    "RecordBallot",
    "RecordConsensus",
    "RecordHandCount",
    "ReleasePaperCount",
    "RemindPoll",
    "RepeatPoll",
    "ReplacePaper",
    "ReportLostKeys",
    "ResumeMeeting",
    "ResumePoll",
    "SealBallot",
    "SendComment",
    "SendNotice",
    "SetRoll",
    "SettleTie",
    "StartMeeting",
    "TakeComment",
    "TakeUpItem",
    "WithdrawFloor",
    "WithdrawPaper",
]


class AddItem(Tagged, frozen=True):
    """Draft: a new item at `position` (0 is first)."""

    item: ItemId
    position: Count
    title: Line
    short_title: Annotated[str, Meta(max_length=20)]
    minutes: Count = 0
    presenter: Line = ""
    form: ItemForm = "none"
    guests: tuple[PersonId, ...] = ()
    sites: bool = False


class EditItem(Tagged, frozen=True):
    """Draft: new values for some fields; None leaves a field as it is."""

    item: ItemId
    title: Line | None = None
    short_title: Annotated[str, Meta(max_length=20)] | None = None
    minutes: Count | None = None
    presenter: Line | None = None
    form: ItemForm | None = None
    guests: tuple[PersonId, ...] | None = None
    sites: bool | None = None


class MoveItem(Tagged, frozen=True):
    """Draft: the item goes to `position`."""

    item: ItemId
    position: Count


class DropItem(Tagged, frozen=True):
    """Draft: the item leaves the agenda."""

    item: ItemId


class PostponeItem(Tagged, frozen=True):
    """Draft: the item is set aside (tạm gác), or taken back when `hold` is false."""

    item: ItemId
    hold: bool = True


class FilePaper(Tagged, frozen=True):
    """Draft: a new paper of an item. Without a file: a placeholder for `copies` paper copies."""

    item: ItemId
    paper: PaperId
    title: Line
    kind: Line = ""
    symbol: Line = ""
    classification: PaperClass = "normal"
    audience: PaperAudience = "item"
    file: File | None = None
    copies: Count = 0


class ReplacePaper(Tagged, frozen=True):
    """Draft: the next version of a paper."""

    paper: PaperId
    file: File


class WithdrawPaper(Tagged, frozen=True):
    """Draft: a paper filed by mistake leaves its item."""

    paper: PaperId


Change = (
    AddItem
    | EditItem
    | MoveItem
    | DropItem
    | PostponeItem
    | FilePaper
    | ReplacePaper
    | WithdrawPaper
)
"""One unpublished change of the agenda or its papers."""


class Draft(Part, frozen=True):
    """A change that the secretaries see and nobody else does, until it is published."""

    id: ChangeId
    change: Change


class PublishChanges(Tagged, frozen=True):
    """Officers: these drafts, in this order, as one batch; all of them or none."""

    drafts: tuple[Draft, ...]


class SetRoll(Tagged, frozen=True):
    """Secretary: the summoned, whole; persons left out leave the roll."""

    entries: tuple[RollEntry, ...]


class NameActingChair(Tagged, frozen=True):
    """Officers: who presides from now on; must be a member on the roll."""

    person: PersonId


class StartMeeting(Tagged, frozen=True):
    """Officers: khai mạc."""


class PauseMeeting(Tagged, frozen=True):
    """Officers: tạm nghỉ."""


class ResumeMeeting(Tagged, frozen=True):
    """Officers: the break is over."""


class CloseMeeting(Tagged, frozen=True):
    """Officers: bế mạc. Not while a poll is open."""


class MarkAttendance(Tagged, frozen=True):
    """Secretary: where persons are; also corrections. People mark only their own arrival."""

    marks: Mapping[PersonId, Presence]
    reason: Line = ""


class TakeUpItem(Tagged, frozen=True):
    """Officers: this item now. The one before it becomes done unless it is set aside."""

    item: ItemId


class ConcludeItem(Tagged, frozen=True):
    """Officers: the conclusion of an item; `consensus`: thống nhất thông qua, without numbers."""

    item: ItemId
    text: Text = ""
    consensus: bool = False


class AskFloor(Tagged, frozen=True):
    """Anyone on the roll: đăng ký phát biểu."""


class WithdrawFloor(Tagged, frozen=True):
    """The person's own request, or with the floor: the person is done."""


class GiveFloor(Tagged, frozen=True):
    """Officers: this person speaks, for `seconds`. Ends the speaker before."""

    person: PersonId
    seconds: Count = 300


class ExtendFloor(Tagged, frozen=True):
    """Officers: more time for the speaker."""

    seconds: Count = 120


class EndFloor(Tagged, frozen=True):
    """Officers: the speaker is done."""


class CallHelp(Tagged, frozen=True):
    """Anyone: gọi hỗ trợ."""

    kind: HelpKind


class AnswerHelp(Tagged, frozen=True):
    """Officers: the call of that person is answered."""

    person: PersonId


class SendNotice(Tagged, frozen=True):
    """Officers: a sentence to everyone."""

    text: Line


class AcknowledgeAgenda(Tagged, frozen=True):
    """A tablet holds this agenda version."""

    version: Count


class AcknowledgePaper(Tagged, frozen=True):
    """A tablet holds these bytes, verified; or its reader has opened them."""

    sha256: Sha256
    what: Literal["received", "opened"] = "received"


class CreateMeeting(Tagged, frozen=True):
    """The first command of a room. Drafts fill the agenda; version 1 is their first publication."""

    title: Line
    ordinal: Line = ""
    place: Line = ""
    starts_at: Time = 0
    ends_at: Time = 0
    roll: tuple[RollEntry, ...] = ()


Command = (
    CreateMeeting
    | PublishChanges
    | SetRoll
    | NameActingChair
    | StartMeeting
    | PauseMeeting
    | ResumeMeeting
    | CloseMeeting
    | MarkAttendance
    | TakeUpItem
    | ConcludeItem
    | AskFloor
    | WithdrawFloor
    | GiveFloor
    | ExtendFloor
    | EndFloor
    | PollCommand
    | CommentCommand
    | CallHelp
    | AnswerHelp
    | SendNotice
    | AcknowledgeAgenda
    | AcknowledgePaper
)
