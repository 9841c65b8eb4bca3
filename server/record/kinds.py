"""What an entry of the record is about, in words, for whoever is told that it was changed."""

from typing import Any

from server.protocol import events as e
from server.protocol.state import MeetingState

_WORDS: dict[type, tuple[str, str]] = {
    e.MeetingCreated: ("việc tạo phiên họp", "the making of the meeting"),
    e.RollSet: ("danh sách triệu tập", "the roll"),
    e.ActingChairNamed: ("người chủ trì", "who presides"),
    e.AttendanceMarked: ("điểm danh", "attendance"),
    e.ItemAdded: ("nội dung chương trình", "an agenda item"),
    e.ItemEdited: ("nội dung chương trình", "an agenda item"),
    e.PaperFiled: ("một tài liệu", "a paper"),
    e.PaperReplaced: ("một tài liệu", "a paper"),
    e.AgendaPublished: ("chương trình được phát hành", "a published agenda"),
    e.ItemConcluded: ("kết luận của một nội dung", "the conclusion of an item"),
    e.CommentSent: ("một góp ý", "a written comment"),
    e.CommentTaken: ("việc đưa góp ý vào biên bản", "the taking of a comment into the minutes"),
    e.PollPrepared: ("việc chuẩn bị biểu quyết", "the preparing of a poll"),
    e.PollOpened: ("việc mở biểu quyết và thể lệ của nó", "the opening of a poll, with its rule"),
    e.BallotCast: ("một phiếu", "a ballot"),
    e.BallotSealed: ("việc bỏ một phiếu kín", "the casting of a secret ballot"),
    e.SealedBatchOpened: ("các phiếu kín đã mở", "the opened secret ballots"),
    e.PollClosed: ("kết quả kiểm phiếu", "a tally"),
    e.PaperCountEntered: ("một lần kiểm phiếu giấy", "a count of paper ballots"),
    e.PollReminded: ("một lần nhắc gửi phiếu", "a reminder to send ballots"),
    e.KeysLost: ("việc mất khóa phiếu kín", "the loss of the keys of secret ballots"),
    e.TieSettled: ("kết quả bốc thăm, xét tuổi", "who was drawn, or is the oldest, of those tied"),
    e.PollPublished: ("kết quả công bố", "a published result"),
    e.PollAnnulled: ("việc hủy biểu quyết", "the annulment of a poll"),
}


def described(state: MeetingState | None, event: e.Event) -> dict[str, str | int]:
    """Return what an entry is about, as `what_vi` and `what_en`, with person and question."""
    vi, en = _WORDS.get(type(event), ("nội dung của mục", "what it says"))
    told: Any = event
    who = state.roll.get(getattr(told, "person", "")) if state else None
    poll = state.polls.get(getattr(told, "poll", "")) if state else None
    if who is not None:
        vi, en = f"{vi} của {who.name}", f"{en} of {who.name}"
    if poll is not None:
        vi, en = f"{vi} ở “{poll.question}”", f"{en} in “{poll.question}”"
    return {"what_vi": vi, "what_en": en}
