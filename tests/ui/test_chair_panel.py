"""The chair's panel on the tablet's window: by real touches, into commands."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as change

from client.screens.meeting.chair_panel import ChairPanel
from client.screens.meeting.chair_panel.asking import open_poll
from client.screens.meeting.chair_panel.templates import open_templates
from client.selectors.chair_templates import of_body
from client.state import AppState
from client.store import Store
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.rules import Candidate, Rule, Threshold, Tie
from tests.story import CHAIR, MEMBERS, Story, app_state, counts

pytestmark = pytest.mark.ui


@pytest.fixture
def check_screen(check_grown: Any) -> Any:
    """Every word grows with the text size, and nothing lies over anything."""
    return check_grown


class Holder:
    """What the panel needs of its app: a real store, and the commands that it takes."""

    def __init__(self, stage: Any, state: AppState) -> None:
        self.look = stage.app
        self.store = Store(state, lambda show: show())
        self.sent: list[c.Command] = []
        self.asked: list[tuple[o.Question, Any]] = []

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.look.tr(key, language, **params))

    def new_id(self) -> str:
        return "new"

    def dispatch(self, action: Any) -> None:
        self.store.dispatch(action)

    @property
    def k(self) -> float:
        return float(self.look.k)

    def send(self, command: c.Command) -> None:
        self.sent.append(command)

    def ask(self, question: o.Question, then: Any) -> None:
        """The office answers when the test says so."""
        self.asked.append((question, then))


def seen(stage: Any, story: Story) -> tuple[ChairPanel, Holder]:
    app = Holder(stage, app_state(story, CHAIR))
    panel = ChairPanel(app, size_hint=(None, None), size=(408, 624), pos=(872, 100))
    stage.show(panel)
    return panel, app


def button(root: Any, text: str) -> Any:
    return next(one for one in root.walk() if hasattr(one, "grade") and one.text.startswith(text))


def on_top(stage: Any) -> Any:
    return stage.window.children[0]


def talking() -> Story:
    story = Story().open()
    for person in ("p02", "p03", "p12"):
        story.do(c.AskFloor(), person)
    story.do(c.GiveFloor("p02"), CHAIR)
    story.now += 192_000
    return story


def test_the_floor_by_taps(stage: Any, check_screen: Any) -> None:
    panel, app = seen(stage, talking())
    stage.shot("chair-panel")
    check_screen(panel)
    stage.tap(button(panel, "Thêm 2 phút"))
    stage.tap(button(panel, "Kết thúc"))
    stage.tap(button(panel, "Mời Lê Quốc Hưng"))
    assert app.sent == [c.ExtendFloor(120), c.EndFloor(), c.GiveFloor("p03", 300)]
    stage.tap(button(panel, "Tất cả (2)"))
    stage.shot("chair-queue")
    invites = [one for one in on_top(stage).walk() if getattr(one, "text", "") == "Mời"]
    stage.tap(next(one for one in invites if hasattr(one, "grade")))
    assert isinstance(app.sent[-1], c.GiveFloor)


def test_a_poll_is_opened_only_through_its_dialog(stage: Any, check_screen: Any) -> None:
    panel, app = seen(stage, Story().open())
    stage.tap(button(panel, "Mở biểu quyết"))
    assert app.sent == []
    stage.shot("chair-open-dialog")
    check_screen(on_top(stage))
    stage.tap(button(on_top(stage), "Mở biểu quyết"))
    assert [type(one) for one in app.sent] == [c.PreparePoll, c.OpenPoll]


def test_closing_names_the_silent_and_publishing_follows(stage: Any) -> None:
    story = Story().open().ask().cast("q2", counts(9, 0, 2))
    panel, app = seen(stage, story)
    stage.shot("chair-poll")
    stage.tap(button(panel, "Đóng biểu quyết"))
    dialog = on_top(stage)
    assert "Tạ Quang Dũng" in dialog.body
    assert "Nông Thị Bích" in dialog.body
    stage.tap(button(dialog, "Chờ thêm"))
    assert app.sent == []
    stage.tap(button(panel, "Tạm dừng"))
    assert app.sent == [c.PausePoll("q2")]
    story.do(c.ClosePoll("q2"))
    panel, app = seen(stage, story)
    stage.tap(button(panel, "Công bố kết quả"))
    assert app.sent == [c.PublishPoll("q2")]


def test_concluding_going_on_and_closing_the_meeting(stage: Any) -> None:
    story = Story().open()
    panel, app = seen(stage, story)
    stage.tap(button(panel, "Kết luận"))
    stage.shot("chair-conclude")
    stage.tap(button(on_top(stage), "Thống nhất thông qua"))
    stage.tap(button(panel, "Nội dung 3"))
    stage.tap(button(on_top(stage), "Nội dung 3"))
    assert app.sent == [c.ConcludeItem("i2", "", consensus=True), c.TakeUpItem("i3")]
    assert app.store.state.place.item == "i3"
    story.do(c.TakeUpItem("i6"))
    panel, app = seen(stage, story)
    stage.tap(button(panel, "Bế mạc"))
    stage.tap(button(on_top(stage), "Bế mạc"))
    assert app.sent == [c.CloseMeeting()]


def test_a_template_that_needs_no_names_is_opened_from_the_tablet(
    stage: Any, check_screen: Any
) -> None:
    panel, app = seen(stage, Story().open())
    stage.tap(button(panel, "Mở biểu quyết"))
    stage.tap(button(on_top(stage), "Mẫu khác"))
    sheet = on_top(stage)
    stage.shot("chair-templates")
    check_screen(sheet)
    discipline = next(
        one for one in sheet.walk() if getattr(one, "title", "") == "Biểu quyết kỷ luật"
    )
    sheet.scroll.scroll_to(discipline, animate=False)
    stage.settle()
    stage.tap(discipline)
    assert "khai trừ cần mức riêng" in on_top(stage).body
    stage.tap(on_top(stage).ids.act)
    prepared, opened = app.sent
    assert isinstance(prepared, c.PreparePoll)
    assert (prepared.rule.form, opened) == ("discipline", c.OpenPoll("new"))


OWN = (
    o.RulePreset("own", "Nghị quyết theo Quy chế làm việc", rule=Rule(citation="Điều 12 Quy chế")),
    o.RulePreset("elect", "Bầu ủy viên", rule=Rule(form="election_surplus")),
    o.RulePreset("kin", "Bỏ phiếu kín về nhân sự", rule=Rule(form="secret", secrecy="sealed")),
    o.RulePreset("all", "Thống nhất thông qua", rule=Rule(form="consensus", decides="none")),
)


def offered(stage: Any, story: Story) -> tuple[Any, Holder]:
    """The sheet of templates, when the office has told the body's own."""
    panel, app = seen(stage, story)
    stage.tap(button(panel, "Mở biểu quyết"))
    stage.tap(button(on_top(stage), "Mẫu khác"))
    ((question, answered),) = app.asked
    assert question == o.MeetingRules("btv27")
    answered(o.Rules(OWN))
    stage.settle()
    return on_top(stage), app


def titles(sheet: Any) -> list[str]:
    return [one.title for one in sheet.walk() if hasattr(one, "subtitle")]


def test_the_body_s_own_templates_stand_first(stage: Any, check_screen: Any) -> None:
    sheet, app = offered(stage, Story().open())
    stage.shot("chair-templates-own")
    check_screen(sheet)
    shown = titles(sheet)
    assert shown[:2] == ["Nghị quyết theo Quy chế làm việc", "Thống nhất thông qua"]
    assert "Bầu ủy viên" not in shown, "names are put on the list at the desk"
    assert "Bỏ phiếu kín về nhân sự" not in shown, "this meeting holds none on tablets"
    assert "Nghị quyết, chủ trương" not in shown, "the body's own is the same rule"
    assert "Thủ tục" in shown
    stage.tap(next(one for one in sheet.walk() if getattr(one, "title", "") == shown[0]))
    stage.tap(on_top(stage).ids.act)
    assert app.sent == [
        c.PreparePoll("new", "i2", app.sent[0].question, OWN[0].rule),  # type: ignore[union-attr]
        c.OpenPoll("new"),
    ]


def test_agreement_is_recorded_and_a_sealed_poll_waits_for_its_keys(stage: Any) -> None:
    story = Story().open()
    sheet, app = offered(stage, story)
    stage.tap(next(one for one in sheet.walk() if getattr(one, "title", "") == OWN[3].name))
    stage.tap(on_top(stage).ids.act)
    assert [type(one) for one in app.sent] == [c.PreparePoll, c.RecordConsensus]
    _, app = seen(stage, story)
    room = app.store.state.rooms["btv27"]
    body = change(room.state.organization, sealed=True)
    held = replace(room, state=change(room.state, organization=body))
    app.store = Store(replace(app.store.state, rooms={"btv27": held}), lambda show: show())
    kin = next(one for one in of_body(app.store.state, OWN) if one.name == OWN[2].name)
    open_poll(app, kin.poll)
    assert [type(one) for one in app.sent] == [c.PreparePoll]
    assert app.store.state.message is not None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_templates_fit_at_the_largest_size(
    stage: Any, check_screen: Any, language: str
) -> None:
    stage.wear("dark", "xlarge", language)
    _, app = seen(stage, Story().open())
    sheet = open_templates(app, lambda _poll: None)
    sheet.show(of_body(app.store.state, OWN))
    stage.settle()
    stage.shot(f"chair-templates-xlarge-{language}")
    check_screen(sheet)


def test_more_time_is_at_hand_annulment_is_not(stage: Any, check_screen: Any) -> None:
    story = Story().open()
    story.do(c.PreparePoll("q2", "i2", "Có đồng ý không?", Rule(seconds=120)))
    story.do(c.OpenPoll("q2"))
    panel, app = seen(stage, story)
    stage.shot("chair-poll-limited")
    stage.tap(button(panel, "Thêm 2 phút"))
    assert app.sent == [c.ExtendPoll("q2", 120)]
    stage.tap(next(one for one in panel.walk() if getattr(one, "text", "") == "Thêm"))
    stage.shot("chair-poll-more")
    check_screen(on_top(stage))
    stage.tap(button(on_top(stage), "Hủy biểu quyết"))
    dialog = on_top(stage)
    dialog.field.text = "Nhầm câu hỏi"
    stage.tap(dialog.ids.act)
    assert app.sent[-1] == c.AnnulPoll("q2", "Nhầm câu hỏi")


def test_the_chair_confirms_hands_that_the_secretary_counted(stage: Any) -> None:
    story = Story().open()
    story.do(c.PreparePoll("q2", "i2", "Có đồng ý không?", Rule(way="hands")))
    story.do(c.OpenPoll("q2"))
    story.do(c.RecordHandCount("q2", {"for": 12, "against": 1, "other": 0}))
    panel, app = seen(stage, story)
    stage.tap(next(one for one in panel.walk() if getattr(one, "text", "") == "Thêm"))
    stage.tap(button(on_top(stage), "Xác nhận số giơ tay"))
    dialog = on_top(stage)
    for key, number in (("for", "12"), ("against", "1")):
        dialog.fields[key].text = number
    stage.tap(dialog.ids.act)
    counts = {"for": 12, "against": 1, "other": 0}
    assert app.sent == [c.ConfirmHandCount("q2", counts)]
    story.do(app.sent[0], CHAIR)
    assert story.state.polls["q2"].hands is not None


def limited() -> Story:
    """A poll with less than a minute left, and some who have not sent."""
    story = Story().open()
    story.do(c.PreparePoll("q2", "i2", "Có đồng ý không?", Rule(seconds=120)))
    story.do(c.OpenPoll("q2"))
    story.cast("q2", counts(9, 0, 2))
    story.now += 65_000
    return story


def test_those_who_have_not_sent_are_reminded(stage: Any, check_screen: Any) -> None:
    panel, app = seen(stage, limited())
    stage.shot("chair-poll-soon")
    check_screen(panel)
    assert panel.poll_card.soon
    stage.tap(button(panel, "Nhắc 2"))
    assert app.sent == [c.RemindPoll("q2")]


def tied(tie: Tie = "lot") -> Story:
    """Two have equal numbers for the one place."""
    story = Story().open()
    people = (Candidate("a", "Nguyễn Thị Thanh Hương"), Candidate("b", "Đặng Quốc Khánh"))
    share = Threshold(1, 4, strict=False)
    rule = Rule(form="election_surplus", threshold=share, candidates=people, places=1, tie=tie)
    story.do(c.PreparePoll("q2", "i2", "Bầu Chủ nhiệm Ủy ban Kiểm tra", rule))
    story.do(c.OpenPoll("q2"))
    for n, person in enumerate(MEMBERS[:12]):
        story.do(c.CastBallot("q2", f"b{n}", "", names=("ab"[n % 2],)), person)
    story.do(c.ClosePoll("q2"))
    return story


def test_the_chair_enters_who_was_drawn(stage: Any, check_screen: Any) -> None:
    story = tied()
    panel, app = seen(stage, story)
    stage.shot("chair-poll-tied")
    check_screen(panel)
    stage.tap(button(panel, "Ghi kết quả bốc thăm"))
    dialog = on_top(stage)
    stage.tap(dialog.ids.act)
    assert dialog.missing.text == "Chọn đúng 1 người và ghi cách làm."
    stage.tap(dialog.rows["a"])
    stage.tap(dialog.rows["b"])
    assert dialog.chosen() == ("b",), "for one place only one name is ticked"
    stage.shot("chair-tie")
    check_screen(dialog)
    stage.tap(dialog.ids.act)
    (settled,) = app.sent
    assert isinstance(settled, c.SettleTie)
    assert settled.chosen == ("b",)
    assert settled.words.startswith("Bốc thăm công khai")
    story.do(settled, CHAIR)
    panel, app = seen(stage, story)
    stage.tap(button(panel, "Công bố kết quả"))
    assert app.sent == [c.PublishPoll("q2")]


@pytest.mark.parametrize(("story", "language"), [(limited, "en"), (tied, "vi")])
def test_a_poll_fits_at_the_largest_size(
    stage: Any, check_screen: Any, story: Any, language: str
) -> None:
    stage.wear("dark", "xlarge", language)
    panel, _ = seen(stage, story())
    stage.shot(f"chair-poll-{story.__name__}-xlarge-{language}")
    check_screen(panel)


@pytest.mark.parametrize("size", ["large", "xlarge"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_fits(stage: Any, check_screen: Any, size: str, language: str) -> None:
    stage.wear("dark", size, language)
    panel, _ = seen(stage, talking())
    stage.shot(f"chair-panel-{size}-{language}")
    check_screen(panel)
