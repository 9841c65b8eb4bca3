"""What the command line says when something is refused: Vietnamese, English, and the code.

The windows have their own catalogue; these are the sentences for whoever starts and keeps the
server, which must work where no window is installed.
"""

from collections.abc import Mapping

from server.protocol.refusals import Code, Refusal

_SENTENCES: Mapping[Code, tuple[str, str]] = {
    Code.PORT_IN_USE: (
        (
            "Cổng {port} đang được chương trình khác dùng. Hãy tắt chương trình đó, hoặc chọn cổng "
            "khác: phienhop serve --port SỐ."
        ),
        (
            "Port {port} is in use by another program. Stop that program, or choose another port: "
            "phienhop serve --port NUMBER."
        ),
    ),
    Code.SETTINGS_INVALID: (
        "Thiết lập không dùng được, {place}: {reason}. Hãy sửa rồi chạy lại.",
        "A setting cannot be used, {place}: {reason}. Correct it and start again.",
    ),
    Code.DATABASE_NEWER: (
        (
            "Cơ sở dữ liệu {name} do bản Phiên họp mới hơn ghi. Hãy chạy bản mới đó, hoặc "
            "khôi phục bản sao lưu cũ hơn."
        ),
        (
            "The database {name} was written by a newer release of Phiên họp. Start that release, "
            "or restore an older backup."
        ),
    ),
    Code.DATABASE_DAMAGED: (
        "Cơ sở dữ liệu {name} bị hỏng. Hãy khôi phục từ bản sao lưu: phienhop restore TỆP.",
        "The database {name} is damaged. Restore it from a backup: phienhop restore FILE.",
    ),
    Code.DISK_FULL: (
        "Không ghi được lên đĩa ({reason}). Hãy giải phóng chỗ trống rồi chạy lại.",
        "The disk does not take any more ({reason}). Make room and try again.",
    ),
    Code.NOT_RECORDED: (
        "Chưa ghi nhận được: đĩa không nhận. Hãy kiểm tra đĩa rồi chạy lại.",
        "Nothing was recorded: the disk refuses. Check the disk and try again.",
    ),
    Code.SERVER_RUNNING: (
        "Máy chủ đang chạy trên thư mục {folder}. Hãy dừng máy chủ rồi chạy lại lệnh này.",
        "A server is running on the folder {folder}. Stop it, then run this command again.",
    ),
    Code.BACKUP_INVALID: (
        "Bản sao lưu {name} không dùng được: {reason}. Chưa có gì thay đổi; hãy chọn bản khác.",
        "The backup {name} cannot be used: {reason}. Nothing has changed; choose another one.",
    ),
    Code.FILE_NOT_FOUND: (
        "Không tìm thấy {name}. Hãy kiểm tra lại đường dẫn.",
        "{name} was not found. Check the path.",
    ),
    Code.NAME_TAKEN: (
        "Đã có {name}. Hãy chọn tên khác.",
        "{name} exists already. Choose another name.",
    ),
    Code.NAME_EMPTY: ("Thiếu tên.", "A name is missing."),
    Code.SEAT_TAKEN: (
        "Ghế {seat} đã có người ngồi; hãy xếp ghế khác cho {name}.",
        "Seat {seat} is taken; give {name} another one.",
    ),
    Code.CSV_INVALID: (
        "Danh sách có lỗi ở dòng {row}: {reason}. Chưa nhập ai; hãy sửa dòng đó rồi nhập lại.",
        "The list is wrong in line {row}: {reason}. Nobody was imported; correct that line.",
    ),
    Code.ORGANIZATION_UNKNOWN: (
        "Chưa rõ cơ quan nào. Hãy ghi tên: --organization TÊN.",
        "It is not clear which body is meant. Name it: --organization NAME.",
    ),
    Code.PERSON_UNKNOWN: (
        "Không có ai tên {name} trong danh sách. Hãy kiểm tra cách viết.",
        "There is nobody named {name} on the list. Check the spelling.",
    ),
    Code.MEETING_EXISTS: (
        "Đã có cuộc họp {meeting}. Hãy đổi id trong meeting.toml.",
        "There is a meeting {meeting} already. Change the id in meeting.toml.",
    ),
    Code.ROOM_UNKNOWN: (
        "Không có cuộc họp {room}.",
        "There is no meeting {room}.",
    ),
    Code.NOTHING_TO_PUBLISH: (
        "meeting.toml không có nội dung nào ([[items]]).",
        "meeting.toml has no item ([[items]]).",
    ),
}


def lines(refusal: Refusal) -> str:
    """Return what to print: the sentence in both languages and the code.

    A refusal without a sentence of its own here is told by its code and what it names.
    """
    known = _SENTENCES.get(refusal.code)
    params = {**refusal.params, "place": _place(refusal)}
    if known is None:
        named = ", ".join(str(value) for value in refusal.params.values())
        known = (f"Không làm được: {named or '–'}.", f"This was refused: {named or '–'}.")
        params = {}
    vietnamese, english = (_filled(text, params) for text in known)
    return f"{vietnamese}\n{english}\n[{refusal.code}]"


def _place(refusal: Refusal) -> str:
    line = refusal.params.get("line")
    file = refusal.params.get("file", "")
    return f"{file}:{line}" if line else f"{file}"


def _filled(text: str, params: Mapping[str, str | int]) -> str:
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return text
