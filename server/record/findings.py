"""What a verifier has found wrong, in words. Codes are stable; the sentences are for people."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Fault(StrEnum):
    """What can be wrong with a dossier."""

    UNREADABLE = "unreadable"
    FORMAT_UNKNOWN = "format_unknown"
    MEMBER_MISSING = "member_missing"
    MEMBER_DAMAGED = "member_damaged"
    MEMBER_EXTRA = "member_extra"
    MEMBER_CHANGED = "member_changed"
    KEY_WRONG = "key_wrong"
    LISTS_UNEQUAL = "lists_unequal"
    ENTRY_UNREADABLE = "entry_unreadable"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_ORDER = "entry_order"
    ENTRY_TIME = "entry_time"
    ENTRY_BEGINNING = "entry_beginning"
    BALLOT_LATE = "ballot_late"
    BALLOT_TWICE = "ballot_twice"
    BALLOT_WITHOUT_RIGHT = "ballot_without_right"
    BALLOT_WRONG = "ballot_wrong"
    OPENING_WRONG = "opening_wrong"
    TALLY_WRONG = "tally_wrong"
    PUBLISHED_WRONG = "published_wrong"
    POLL_WRONG = "poll_wrong"
    CHECKPOINT_MISSING = "checkpoint_missing"
    CHECKPOINT_FORGED = "checkpoint_forged"
    CHECKPOINT_SIZE = "checkpoint_size"
    CHECKPOINT_ROOT = "checkpoint_root"
    TABLE_WRONG = "table_wrong"
    PAPER_CHANGED = "paper_changed"
    SEAL_WRONG = "seal_wrong"
    MANIFEST_WRONG = "manifest_wrong"
    ZIP_CHANGED = "zip_changed"
    CODE_WRONG = "code_wrong"


class Finding(Struct, frozen=True):
    """One thing that is wrong, with the values that its sentence names."""

    fault: Fault
    params: Mapping[str, str | int] = {}


_SENTENCES: Mapping[Fault, tuple[str, str]] = {
    Fault.UNREADABLE: (
        "Tệp này không phải là hồ sơ, hoặc đã hỏng: {reason}.",
        "This file is no dossier, or is damaged: {reason}.",
    ),
    Fault.FORMAT_UNKNOWN: (
        "Hồ sơ có định dạng {format}, chương trình này chưa biết.",
        "The dossier has the format {format}, which this program does not know.",
    ),
    Fault.MEMBER_MISSING: ("Hồ sơ thiếu tệp {name}.", "The dossier lacks the file {name}."),
    Fault.MEMBER_DAMAGED: (
        "Tệp {name} trong hồ sơ đã hỏng: có byte bị thay đổi.",
        "The file {name} in the dossier is damaged: a byte of it was changed.",
    ),
    Fault.MEMBER_EXTRA: (
        "Hồ sơ có thêm tệp {name} không thuộc hồ sơ.",
        "The dossier has a file {name} that does not belong to it.",
    ),
    Fault.MEMBER_CHANGED: (
        "Tệp {name} không còn như khi niêm phong.",
        "The file {name} is not what was sealed.",
    ),
    Fault.KEY_WRONG: (
        "Khóa của nhật ký đã bị thay, hoặc bị sửa: {reason}.",
        "The log's key was replaced or altered: {reason}.",
    ),
    Fault.LISTS_UNEQUAL: (
        "Nhật ký có {entries} mục nhưng {name} có {count} dòng: có mục bị bớt hoặc thêm.",
        "The record has {entries} entries but {name} has {count} lines: one was removed or added.",
    ),
    Fault.ENTRY_UNREADABLE: (
        "Mục {seq} của nhật ký không đọc được.",
        "Entry {seq} of the record cannot be read.",
    ),
    Fault.ENTRY_CHANGED: (
        "Mục {seq} của nhật ký đã bị sửa: {what_vi}.",
        "Entry {seq} of the record was changed: {what_en}.",
    ),
    Fault.ENTRY_ORDER: (
        "Ở chỗ của mục {seq} lại là mục {found}: có mục bị bớt, thêm hoặc đổi thứ tự.",
        "In the place of entry {seq} stands entry {found}: one was removed, added or moved.",
    ),
    Fault.ENTRY_TIME: (
        "Mục {seq} ghi thời điểm sớm hơn mục trước nó.",
        "Entry {seq} bears an earlier time than the one before it.",
    ),
    Fault.ENTRY_BEGINNING: (
        "Nhật ký không bắt đầu bằng việc tạo phiên họp này.",
        "The record does not begin with the making of this meeting.",
    ),
    Fault.BALLOT_LATE: (
        "Mục {seq}: phiếu của {person} ở “{poll}” nằm ngoài thời gian nhận phiếu.",
        "Entry {seq}: the ballot of {person} in “{poll}” lies outside the time for ballots.",
    ),
    Fault.BALLOT_TWICE: (
        "Mục {seq}: {person} có thêm một phiếu ở “{poll}”, không thay cho phiếu trước.",
        "Entry {seq}: {person} has one more ballot in “{poll}” that does not replace the first.",
    ),
    Fault.BALLOT_WITHOUT_RIGHT: (
        "Mục {seq}: {person} không có quyền bỏ phiếu ở “{poll}”.",
        "Entry {seq}: {person} has no right to a ballot in “{poll}”.",
    ),
    Fault.BALLOT_WRONG: (
        "Mục {seq}: phiếu của {person} ở “{poll}” không đúng thể lệ ({reason}).",
        "Entry {seq}: the ballot of {person} in “{poll}” breaks its rule ({reason}).",
    ),
    Fault.OPENING_WRONG: (
        "Mục {seq}: lúc mở “{poll}”, {field} không khớp danh sách, điểm danh và thể lệ đã ghi.",
        "Entry {seq}: at the opening of “{poll}”, {field} does not follow from roll and rule.",
    ),
    Fault.TALLY_WRONG: (
        "Mục {seq}: kiểm lại “{poll}” thì {field} là {true}, hồ sơ ghi {said}.",
        "Entry {seq}: recounting “{poll}” gives {true} as {field}, the record says {said}.",
    ),
    Fault.PUBLISHED_WRONG: (
        "Mục {seq}: kết quả công bố của “{poll}” khác kết quả đã kiểm.",
        "Entry {seq}: the published result of “{poll}” is not what was counted.",
    ),
    Fault.POLL_WRONG: (
        "Mục {seq}: bước này của “{poll}” không thể xảy ra ({reason}).",
        "Entry {seq}: this step of “{poll}” cannot have happened ({reason}).",
    ),
    Fault.CHECKPOINT_MISSING: (
        "Không có điểm kiểm tra nào bao trùm đến mục cuối ({entries}).",
        "No checkpoint covers the record up to its last entry ({entries}).",
    ),
    Fault.CHECKPOINT_FORGED: (
        "Chữ ký của điểm kiểm tra {name} không đúng: {reason}.",
        "The signature of the checkpoint {name} is wrong: {reason}.",
    ),
    Fault.CHECKPOINT_SIZE: (
        "Điểm kiểm tra {name} nói đến {size} mục, không khớp với nhật ký.",
        "The checkpoint {name} speaks of {size} entries, which does not fit the record.",
    ),
    Fault.CHECKPOINT_ROOT: (
        "Các mục từ {first} đến {last} không phải là những mục đã được ký.",
        "Entries {first} to {last} are not those that were signed.",
    ),
    Fault.TABLE_WRONG: (
        "Tệp {name} nói khác nhật ký, tại {place}.",
        "The file {name} says otherwise than the record, at {place}.",
    ),
    Fault.PAPER_CHANGED: (
        "Tài liệu {name} không còn nguyên như đã lưu.",
        "The paper {name} is not what was filed.",
    ),
    Fault.SEAL_WRONG: (
        "Niêm phong của hồ sơ không đúng: {reason}.",
        "The seal of the dossier is wrong: {reason}.",
    ),
    Fault.MANIFEST_WRONG: (
        "Danh mục của hồ sơ nói khác nhật ký: {field}.",
        "The dossier's list says otherwise than the record: {field}.",
    ),
    Fault.ZIP_CHANGED: (
        "Tệp hồ sơ có byte bị thay đổi, ở vị trí {offset}.",
        "A byte of the dossier's file was changed, at {offset}.",
    ),
    Fault.CODE_WRONG: (
        "Mã kiểm tra {code} không phải của hồ sơ này.",
        "The code {code} is not this dossier's.",
    ),
}


_WORDS: Mapping[str, tuple[str, str]] = {
    "counts.for": ("số phiếu tán thành", "the number in favour"),
    "counts.against": ("số phiếu không tán thành", "the number against"),
    "counts.other": ("số ý kiến khác", "the number of other opinions"),
    "tally": ("số kết quả kiểm phiếu", "the number of tallies"),
    "elected": ("số người trúng cử", "the number elected"),
    "passed": ("kết luận thông qua", "whether it passed"),
    "need": ("số phiếu cần đạt", "the number that passes"),
    "present": ("số có mặt", "the number present"),
    "members": ("tổng số ủy viên", "the number of members"),
    "electorate": ("danh sách người bỏ phiếu", "who may cast a ballot"),
    "rule": ("thể lệ và ngưỡng thông qua", "the rule with its threshold"),
    "question": ("câu hỏi", "the question"),
    "PollClosed": ("còn thời gian mà đã tự đóng", "it closed by itself with time left"),
    "chosen": ("người được chọn khi ngang phiếu", "who was chosen of those who tied"),
    "not a signed note": ("không có chữ ký", "it is not signed"),
    "not signed by this key": (
        "không phải khóa của nhật ký đã ký",
        "the log's key did not sign it",
    ),
    "the signature is wrong": ("nội dung đã bị sửa", "what was signed was altered"),
    "dossier.json": ("danh mục đã bị sửa", "the list was altered"),
}
"""What computers call a thing, and what people do."""


def sentence(finding: Finding) -> tuple[str, str]:
    """Return what is wrong, in Vietnamese and in English."""
    vi, en = _SENTENCES[finding.fault]
    for name, value in finding.params.items():
        words = (str(value),) * 2
        if name in {"field", "reason"}:
            words = _WORDS.get(str(value), words)
        vi, en = vi.replace("{" + name + "}", words[0]), en.replace("{" + name + "}", words[1])
    return vi, en


def lines(finding: Finding) -> str:
    """Return what the command line prints: both sentences and the code."""
    return "\n".join((*sentence(finding), f"[{finding.fault}]"))
