"""Polls of every form as a tablet holds them, on the sitting of `tests.story`."""

from dataclasses import replace

from msgspec.structs import replace as change

from client.state import AppState, Place, Progress
from server.protocol.rules import Candidate, Form, Rule, Threshold
from server.protocol.state import Ballot, Personal, Poll
from tests.story import ME, PRESENT, ROOM, Story, app_state

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLE = ("Văn", "Thị Minh", "Quốc", "Đức", "Thị Lan", "Mạnh", "Thị Hồng", "Anh", "Xuân", "Thanh")
GIVEN = ("Ánh", "Ân", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hà", "Hạnh", "Hòa", "Hương",
         "Khánh", "Lâm", "Linh", "Long", "Mai", "Nga", "Phương", "Quân", "Sơn", "Tâm", "Thủy",
         "Tú", "Việt", "Xuân", "Yến")  # fmt: skip
TWO_THIRDS = Threshold(2, 3, strict=False)
SECRET = Rule(form="secret", secrecy="sealed")


def people(count: int) -> tuple[Candidate, ...]:
    """So many candidates, in no order."""
    return tuple(
        Candidate(
            f"u{n:02d}",
            f"{FAMILY[n % 12]} {MIDDLE[(n * 3) % 10]} {GIVEN[(n * 7) % 26]}",
            "Ủy viên Ban Thường vụ" if n % 5 == 0 else "",
        )
        for n in range(count)
    )


def rule(form: Form, count: int = 0, places: int = 0, **more: object) -> Rule:
    """A rule of that form with so many candidates."""
    return change(Rule(form=form, candidates=people(count), places=places), **more)


RULES: dict[str, Rule] = {
    "open": Rule(),
    "council": rule("council"),
    "secret": rule("secret", secrecy="sealed"),
    "surplus17": rule("election_surplus", 17, 15, base="summoned_adjusted"),
    "surplus60": rule("election_surplus", 60, 15, base="summoned_adjusted", blank_valid=False),
    "election": rule("election", 2, 2, base="summoned_adjusted"),
    "election1": rule("election", 1, 1, base="summoned_adjusted"),
    "nomination": rule("nomination", 8, 3, base="summoned", write_ins=True),
    "survey": rule("confidence_survey", 11, base="valid", flags=(Threshold(), TWO_THIRDS)),
    "confidence": rule("confidence", 1),
    "discipline": rule("discipline"),
    "written": rule("written"),
}
QUESTIONS: dict[str, str] = {
    "open": "Đồng chí có tán thành thông qua dự thảo Nghị quyết về chuyển đổi số không?",
    "council": "Thông qua Nghị quyết về kế hoạch đầu tư công trung hạn",
    "secret": "Đồng chí có đồng ý giới thiệu nhân sự theo Tờ trình số 45-TTr/VPTU không?",
    "surplus17": "Bầu Ban Thường vụ, nhiệm kỳ 2025 – 2030",
    "surplus60": "Bầu Ban Chấp hành, nhiệm kỳ 2025 – 2030",
    "election": "Bầu bổ sung ủy viên Ban Thường vụ",
    "election1": "Bầu Bí thư",
    "nomination": "Giới thiệu nhân sự quy hoạch Phó Chủ tịch",
    "survey": "Lấy phiếu tín nhiệm các chức danh lãnh đạo",
    "confidence": "Bỏ phiếu tín nhiệm",
    "discipline": "Quyết định hình thức kỷ luật đối với đồng chí Nguyễn Văn B",
    "written": "Cho ý kiến bằng văn bản về Tờ trình số 48-TTr/VPTU",
}


def poll_of(name: str) -> Poll:
    """An open poll of that form."""
    asked = RULES[name]
    return Poll(
        "q9",
        "i2",
        QUESTIONS[name],
        asked,
        "open",
        opened_at=1_758_158_000_000,
        present=13,
        members=15,
        need=8,
        electorate=PRESENT,
        bases={"members_total": 15, "present": 13, "summoned": 15, "summoned_adjusted": 15},
        keys=("k" * 43, "l" * 43) if asked.secrecy == "sealed" else (),
    )


def holding(poll: Poll, person: str = ME, mine: Ballot | None = None) -> AppState:
    """What the tablet of that person holds while the poll is on."""
    state = app_state(Story().open(), person, place=Place("poll", ROOM, "i2", poll=poll.id))
    room = state.rooms[ROOM]
    meeting = change(room.state, polls={**room.state.polls, poll.id: poll})
    personal = Personal({poll.id: mine} if mine else {})
    progress = {poll.id: Progress(11 if mine else 4, ())}
    room = replace(room, state=meeting, personal=personal, progress=progress)
    return replace(state, rooms={ROOM: room})
