"""Every widget in every state, checked by rule and kept as a picture."""

import os
from typing import Any

import pytest

pytestmark = pytest.mark.ui

MODULES = (
    "ballot banner button card chip dialog field icon keyboard label person pin progress rail rows "
    "stepper toast tool topbar"
)

LOOKS = [
    (theme, size, language)
    for theme, size in (("light", "normal"), ("light", "large"), ("light", "xlarge"),
                        ("dark", "normal"))
    for language in ("vi", "en")
]  # fmt: skip


def kv(text: str) -> Any:
    import importlib

    from kivy.lang import Builder

    for name in MODULES.split():
        importlib.import_module(f"client.widgets.{name}")
    if "gallery" not in Builder.files:
        Builder.load_string(RULES, filename="gallery")
        Builder.files.append("gallery")
    return Builder.load_string(text)


RULES = """
#:import dp kivy.metrics.dp

<Heading@BoxLayout>:
    text: ''
    orientation: 'vertical'
    size_hint_y: None
    height: self.minimum_height
    spacing: dp(8)
    Text:
        text: root.text
        role: 'strong'
        weight: 'bold'
    Hairline:

<Sample@BoxLayout>:
    text: ''
    icon: 'send'
    kind: 'primary'
    caption: ''
    look: 'rest'
    orientation: 'vertical'
    size_hint_y: None
    height: self.minimum_height
    spacing: dp(4)
    StyledButton:
        text: root.text
        icon: root.icon
        kind: root.kind
        size_hint_x: 1
        state: 'down' if root.look == 'press' else 'normal'
        ring: root.look == 'focus'
        busy: root.look == 'busy'
        busy_text: app.tr('state.sending', app.language)
        disabled: root.look == 'off'
        pad: dp(8)
    Text:
        text: root.caption
        role: 'caption'
        tone: 'ink2'
        pos_hint: {'center_x': .5}
"""

STATES = """
#:import dp kivy.metrics.dp

BoxLayout:
    padding: dp(48), dp(40)
    spacing: dp(48)
    BoxLayout:
        id: left
        orientation: 'vertical'
        spacing: dp(16)
        Text:
            text: 'Trạng thái thành phần'
            role: 'title1'
            weight: 'bold'
        Widget:
            size_hint_y: None
            height: dp(14)
        Heading:
            text: 'Nút bấm'
        GridLayout:
            cols: 5 if app.k < 1.2 else 3
            spacing: dp(16)
            size_hint_y: None
            height: self.minimum_height
            Sample:
                text: app.tr('vote.send', app.language)
                caption: 'Chính'
            Sample:
                text: app.tr('vote.send', app.language)
                look: 'press'
                caption: 'Đang nhấn'
            Sample:
                text: app.tr('vote.send', app.language)
                look: 'focus'
                caption: 'Có tiêu điểm'
            Sample:
                text: app.tr('vote.send', app.language)
                look: 'busy'
                caption: 'Đang xử lý'
            Sample:
                text: app.tr('vote.send', app.language)
                look: 'off'
                caption: 'Không dùng được'
        GridLayout:
            cols: 5 if app.k < 1.2 else 3
            spacing: dp(16)
            size_hint_y: None
            height: self.minimum_height
            Sample:
                text: app.tr('state.preview', app.language)
                icon: 'eye'
                kind: 'secondary'
                caption: 'Phụ'
            Sample:
                text: app.tr('state.preview', app.language)
                icon: 'eye'
                kind: 'secondary'
                look: 'press'
                caption: 'Phụ, nhấn'
            Sample:
                text: app.tr('state.recallbtn', app.language)
                icon: 'trash'
                kind: 'danger'
                caption: 'Nguy hiểm'
            Sample:
                text: app.tr('state.recallbtn', app.language)
                icon: 'trash'
                kind: 'danger'
                look: 'press'
                caption: 'Nguy hiểm, nhấn'
            Sample:
                text: app.tr('live.invite', app.language)
                icon: 'microphone'
                kind: 'critical'
                caption: 'Trọng yếu'
        Widget:
            size_hint_y: None
            height: dp(10)
        Heading:
            text: 'Nhãn trạng thái'
        StackLayout:
            size_hint_y: None
            height: self.minimum_height
            spacing: dp(12)
            Chip:
                kind: 'lac'
                icon: 'circle-dot'
                text: app.tr('st.now', app.language)
            Chip:
                kind: 'grn'
                icon: 'check'
                text: app.tr('st.done', app.language)
            Chip:
                icon: 'clock'
                text: app.tr('st.wait', app.language)
            Chip:
                kind: 'amb'
                icon: 'refresh'
                text: app.tr('st.changed', app.language)
            Chip:
                kind: 'amb'
                icon: 'plus'
                text: app.tr('st.new', app.language)
            Chip:
                icon: 'file-off'
                text: app.tr('st.paper', app.language)
            Chip:
                kind: 'solid'
                icon: 'circle-dot'
                text: app.tr('vote.open', app.language)
            Chip:
                kind: 'blu'
                icon: 'download'
                text: app.tr('lobby.dl.n', app.language, n=3, m=5)
            Chip:
                kind: 'outline'
                icon: 'player-pause'
                text: app.tr('st.hold', app.language)
            Chip:
                kind: 'lac'
                icon: 'archive'
                text: app.tr('st.recalled', app.language)
        Widget:
            size_hint_y: None
            height: dp(10)
        Heading:
            text: 'Hàng danh sách và tải tài liệu'
        Card:
            size_hint_y: None
            height: self.minimum_height
            ListRow:
                first: True
                icon: 'file-text'
                title: 'Tờ trình'
                subtitle: '5 trang · bản 1'
                StatusText:
                    kind: 'saved'
                    text: app.tr('net.saved', app.language)
            ListRow:
                icon: 'file-text'
                title: 'Dự thảo Nghị quyết'
                subtitle: '11 trang · bản 3'
                selected: True
                StatusText:
                    kind: 'changed'
                    text: app.tr('st.changed', app.language)
            ListRow:
                icon: 'file-text'
                title: 'Báo cáo 112-BC'
                subtitle: '24 trang'
                LabelledBar:
                    text: app.tr('dl.ing', app.language)
                    mark: '64%'
                    value: .64
            ListRow:
                icon: 'file-off'
                title: 'Công tác cán bộ'
                subtitle: app.tr('paper.hint', app.language, n='07')
                Chip:
                    text: app.tr('paper.class', app.language, c='Mật')
            ListRow:
                last: True
                icon: 'alert-triangle'
                title: 'Bản đồ A3'
                subtitle: app.tr('dl.fail', app.language, n=10)
                StyledButton:
                    kind: 'secondary'
                    grade: 'small'
                    text: app.tr('bn.retry', app.language)
        Widget:
            size_hint_y: None
            height: dp(10)
        Heading:
            text: 'Trống'
        Card:
            size_hint_y: None
            height: self.minimum_height
            padding: dp(32)
            spacing: dp(4)
            Icon:
                name: 'calendar'
                extent: 64
                tone: 'line2'
                pos_hint: {'center_x': .5}
            Text:
                text: app.tr('empty.title', app.language)
                role: 'title3'
                weight: 'bold'
                pos_hint: {'center_x': .5}
            Text:
                text: app.tr('empty.body', app.language)
                tone: 'ink2'
                pos_hint: {'center_x': .5}
        Widget:
            size_hint_y: None
            height: dp(10)
        Heading:
            text: 'Thông báo nhanh, hiện ít nhất 6 giây'
        Toast:
            icon: 'check'
            text: app.tr('toast.note', app.language)
            action: app.tr('pen.undo', app.language)
        Toast:
            icon: 'hand-stop'
            text: app.tr('toast.speak', app.language, n=3)
        Widget:
    BoxLayout:
        id: right
        orientation: 'vertical'
        spacing: dp(16)
        BoxLayout:
            size_hint_y: None
            height: dp(58)
            Widget:
            Brand:
                title: app.tr('app.name', app.language)
        Heading:
            text: 'Thông báo dải ngang'
        Banner:
            icon: 'wifi-off'
            title: app.tr('bn.off', app.language)
            body: app.tr('bn.off.s', app.language)
            StyledButton:
                kind: 'secondary'
                grade: 'small'
                text: app.tr('bn.retry', app.language)
        Banner:
            kind: 'blu'
            icon: 'presentation'
            title: app.tr('bn.jump', app.language, n=7)
            StyledButton:
                kind: 'secondary'
                grade: 'small'
                text: app.tr('bn.stay', app.language)
            StyledButton:
                grade: 'small'
                text: app.tr('bn.go', app.language, n=7)
        Banner:
            icon: 'refresh'
            title: app.tr('bn.agenda', app.language, n=2, m=5)
            StyledButton:
                kind: 'secondary'
                grade: 'small'
                text: app.tr('bn.seen', app.language)
            StyledButton:
                grade: 'small'
                text: app.tr('bn.view', app.language)
        Banner:
            kind: 'lac'
            icon: 'archive'
            title: app.tr('bn.recall', app.language, t='08:00')
            body: app.tr('bn.recall.s', app.language)
            StyledButton:
                kind: 'secondary'
                grade: 'small'
                icon: 'notes'
                text: app.tr('bn.notes', app.language)
        Widget:
            size_hint_y: None
            height: dp(10)
        Heading:
            text: 'Hộp thoại'
        BoxLayout:
            id: dialog
            size_hint_y: None
            height: self.minimum_height
        Widget:
            size_hint_y: None
            height: dp(10)
        Heading:
            text: 'Đăng ký phát biểu: 3 trạng thái'
        StackLayout:
            size_hint_y: None
            height: self.minimum_height
            spacing: dp(16)
            SpeakButton:
                text: app.tr('speak.ask', app.language)
            SpeakButton:
                stage: 'waiting'
                text: app.tr('speak.wait', app.language, n=3)
            SpeakButton:
                stage: 'invited'
                text: app.tr('speak.now', app.language, t='05:00')
        Widget:
            size_hint_y: None
            height: dp(10)
        Heading:
            text: 'Lỗi, có việc cần làm'
        Card:
            edge: app.theme.lac
            edge_width: dp(2)
            size_hint_y: None
            height: self.minimum_height
            padding: dp(28), dp(20)
            spacing: dp(16)
            BoxLayout:
                size_hint_y: None
                height: self.minimum_height
                spacing: dp(16)
                Icon:
                    name: 'alert-triangle'
                    extent: 36
                    tone: 'lac'
                    pos_hint: {'top': 1}
                BoxLayout:
                    orientation: 'vertical'
                    size_hint_y: None
                    height: self.minimum_height
                    spacing: dp(4)
                    Text:
                        text: app.tr('err.title', app.language)
                        role: 'strong'
                        weight: 'semibold'
                        fit: 'height'
                    Text:
                        fit: 'height'
                        text: app.tr('err.s1', app.language)
                    Text:
                        fit: 'height'
                        text: app.tr('err.s2', app.language, ssid='Phonghop-A')
                    Text:
                        fit: 'height'
                        text: app.tr('err.s3', app.language)
            BoxLayout:
                size_hint_y: None
                height: self.minimum_height
                spacing: dp(16)
                StyledButton:
                    icon: 'refresh'
                    text: app.tr('bn.retry', app.language)
                StyledButton:
                    kind: 'secondary'
                    icon: 'book-2'
                    text: app.tr('err.offline', app.language)
                Widget:
        Widget:
"""


def states(app: Any) -> Any:
    root = kv(STATES)
    from client.widgets.dialog import Dialog

    tr = app.tr
    dialog = Dialog(
        title=tr("dlg.title"),
        body=tr("dlg.body", n=2, names="Hoàng Thị Lan Phương, Ngô Xuân Trường"),
        safe_text=tr("dlg.wait"),
        act_text=tr("vd.close"),
        shade=1,
    )
    card = dialog.ids.card
    dialog.remove_widget(card)
    card.size_hint_x = 1
    root.ids.dialog.add_widget(card)
    root.dialog = dialog
    return root


def test_states_keep_the_rules_at_the_normal_size(stage: Any, check_screen: Any) -> None:
    stage.resize(1920, 1630)
    root = stage.show(states(stage.app))
    stage.shot("states")
    check_screen(root)


REST = """
#:import dp kivy.metrics.dp

BoxLayout:
    padding: dp(32)
    spacing: dp(32)
    BoxLayout:
        orientation: 'vertical'
        spacing: dp(16)
        TopBar:
            Brand:
                title: 'Ban Thường vụ Tỉnh ủy'
                subtitle: 'Hội nghị lần thứ 27'
            Widget:
            ConnectionStatus:
                text: app.tr('net.ok', app.language)
                saved_text: app.tr('net.saved', app.language)
            Hairline:
                vertical: True
                size_hint_y: .6
                pos_hint: {'center_y': .5}
            Text:
                text: '09:31'
                role: 'title3'
                weight: 'bold'
                pos_hint: {'center_y': .5}
        StackLayout:
            size_hint_y: None
            height: self.minimum_height
            spacing: dp(12)
            NowBar:
                text: app.tr('top.now', app.language, n=2)
                rest: app.tr('top.left', app.language, n=18)
            NowBar:
                away: True
                text: app.tr('top.back', app.language)
            ConnectionStatus:
                kind: 'lost'
                text: app.tr('bn.off', app.language)
        BoxLayout:
            size_hint_y: None
            height: self.minimum_height
            DocumentTab:
                text: 'Tờ trình'
            DocumentTab:
                text: 'Dự thảo Nghị quyết'
                version: app.tr('doc.ver', app.language, n=3)
                on: True
            DocumentTab:
                text: 'Thẩm định'
                icon: 'checklist'
            Widget:
        BoxLayout:
            size_hint_y: None
            height: self.minimum_height
            spacing: dp(16)
            BoxLayout:
                orientation: 'vertical'
                size_hint: None, None
                width: dp(320)
                height: self.minimum_height
                RailRow:
                    number: '0'
                    title: 'Khai mạc'
                    status: 'done'
                    status_text: app.tr('st.done', app.language)
                RailRow:
                    number: '2'
                    title: 'Chuyển đổi số'
                    status: 'now'
                    status_text: app.tr('st.now', app.language)
                    selected: True
                    live: True
                RailRow:
                    number: '5'
                    title: 'Khắc phục mưa lũ'
                    status: 'new'
                    status_text: app.tr('st.new', app.language)
            BoxLayout:
                orientation: 'vertical'
                size_hint: None, None
                width: dp(112)
                height: self.minimum_height
                SlimRailRow:
                    number: '0'
                    status: 'done'
                    status_text: app.tr('st.done.s', app.language)
                SlimRailRow:
                    number: '2'
                    status: 'now'
                    status_text: app.tr('st.now.s', app.language)
                    selected: True
                    live: True
                SlimRailRow:
                    number: '4'
                    status: 'paper'
                    status_text: app.tr('st.paper.s', app.language)
            PageButton:
                icon: 'chevron-left'
                text: app.tr('page.back', app.language)
            PageButton:
                text: app.tr('page.next', app.language)
            Widget:
        StackLayout:
            size_hint_y: None
            height: self.minimum_height
            spacing: dp(12)
            Segmented:
                bottom: True
                value: 'read'
                read: app.tr('mode.read', app.language)
                write: app.tr('mode.write', app.language)
                options: [('read', self.read, 'book-2'), ('write', self.write, 'pencil')]
            Tool:
                text: app.tr('reader.page', app.language, n=3, m=11)
                icon: 'file-text'
            Tool:
                text: app.tr('reader.bookmark', app.language)
                icon: 'bookmark'
                on: True
            Tool:
                text: app.tr('reader.find', app.language)
                icon: 'search'
                disabled: True
            SpeakButton:
                stacked: True
                text: app.tr('speak.short', app.language)
        Stepper:
            named: 'prep', 'open', 'closed', 'pub'
            steps: [app.tr('vs.' + step, app.language) for step in self.named]
            current: 1
        BoxLayout:
            size_hint_y: None
            height: max(c.height for c in self.children)
            spacing: dp(16)
            RadioCard:
                on: True
                title: app.tr('pr.reso', app.language)
                subtitle: app.tr('pr.reso.s', app.language)
            RadioCard:
                title: app.tr('pr.proc', app.language)
                subtitle: app.tr('pr.proc.s', app.language)
        CheckRow:
            on: True
            text: app.tr('vo.open', app.language)
        Fact:
            base: 'tổng số ủy viên'
            other: 'số có mặt'
            filled: dict(p='53,85', other_base=self.other, a=7, b=13, base=self.base)
            text: app.tr('res.second', app.language, **self.filled)
        Card:
            accent: app.theme.lac_fill
            size_hint_y: None
            height: dp(60)
        BoxLayout:
            size_hint_y: None
            height: self.minimum_height
            spacing: dp(12)
            SeatTile:
                text: '01'
                present: True
            SeatTile:
                text: '14'
            Avatar:
                text: 'TT'
            Figures:
                text: '03:12'
                role: 'title2'
            Loader:
            Widget:
        Widget:
        Keyboard:
    BoxLayout:
        orientation: 'vertical'
        spacing: dp(16)
        BallotButton:
            text: app.tr('vote.for', app.language)
        BallotButton:
            choice: 'against'
            text: app.tr('vote.against', app.language)
            state: 'down'
        BallotButton:
            choice: 'other'
            text: app.tr('vote.other', app.language)
            note: app.tr('vote.other.s', app.language)
        ChoiceCard:
            caption: app.tr('vote.youchose', app.language)
            text: app.tr('vote.for.caps', app.language)
            size_hint_y: None
            height: dp(190)
        ResultBar:
            parts: [('for', 7), ('against', 3), ('other', 3), ('absent', 2)]
            base: 15
            threshold: 7.5
            label: app.tr('res.line', app.language, rule=app.tr('pr.proc', app.language))
        BoxLayout:
            size_hint_y: None
            height: pad.height
            spacing: dp(24)
            BoxLayout:
                orientation: 'vertical'
                spacing: dp(12)
                NameRow:
                    name: 'Vũ Thị Hồng Hạnh'
                    post: 'Chủ tịch Ủy ban MTTQ tỉnh'
                    mark: app.tr('signin.yourseat', app.language, n='07')
                    chosen: True
                NameRow:
                    name: 'Trần Thị Minh Nguyệt'
                    post: 'Phó Bí thư Thường trực'
                    mark: app.tr('signin.yourseat', app.language, n='02')
                PinDots:
                    filled: 4
                PinDots:
                    filled: 6
                    wrong: True
                Widget:
            PinPad:
                id: pad
                delete_text: app.tr('pin.del', app.language)
        TextField:
            label: app.tr('f.minutes', app.language)
            text: 'Nghị quyết về chuyển đổi số, ấn định Ộ Ữ'
        TextField:
            icon: 'search'
            hint: app.tr('search.all', app.language)
            error: app.tr('pin.wrong', app.language, n=4)
            desk: True
        Widget:
"""


def test_the_rest_keeps_the_rules_at_the_normal_size(stage: Any, check_screen: Any) -> None:
    stage.resize(1920, 1630)
    root = stage.show(kv(REST))
    stage.shot("rest")
    check_screen(root)


@pytest.mark.parametrize(("theme", "size", "language"), LOOKS[1:])
def test_every_widget_keeps_the_rules_in_every_look(
    stage: Any, check_screen: Any, theme: Any, size: str, language: str
) -> None:
    stage.resize(1920, 1630)
    stage.wear(theme, size, language)
    for name, make in (("states", states), ("rest", lambda _app: kv(REST))):
        root = stage.show(make(stage.app), frames=0)
        if "PHIENHOP_SHOTS" in os.environ:
            stage.shot(f"{name}-{theme}-{size}-{language}")
        check_screen(root)
