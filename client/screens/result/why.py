"""The result in words, on a sheet."""

from collections.abc import Sequence
from typing import Any

from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from client.widgets.dialog import Sheet
from client.widgets.label import Text

TALL = 520
"""The most that the words take of the window, in dp; more is scrolled."""


def open_why(app: Any, sentences: Sequence[str]) -> Sheet:
    """Open the sheet with these sentences."""
    sheet = Sheet(title=app.tr("res.why.title"), close_text=app.tr("act.close"), card_width=960)
    lines = BoxLayout(orientation="vertical", size_hint_y=None, spacing=dp(8))
    lines.bind(minimum_height=lines.setter("height"))
    for one in sentences:
        lines.add_widget(Text(text=one, fit="height"))
    view = ScrollView(
        do_scroll_x=False, bar_width=dp(8), scroll_type=["bars", "content"], size_hint_y=None
    )
    lines.bind(height=lambda _box, height: setattr(view, "height", min(height, dp(TALL))))
    view.add_widget(lines)
    sheet.add_widget(view)
    return sheet.open()
