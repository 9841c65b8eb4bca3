"""Rows in a box that is as high as they are, or as the window allows, and then scrolls."""

from collections.abc import Sequence
from typing import Any

from kivy.core.window import Window
from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

LEFT_OVER = 420
"""What a dialog needs of the window (dp) beside its rows."""

BESIDE_BAR = 16
"""What rows keep free at the right when there is a bar (dp)."""


def scrolling(
    rows: Sequence[Any], spacing: float = 0, left_over: float = LEFT_OVER, inset: float = 0
) -> ScrollView:
    """Return the rows, to be put into a dialog or a sheet; `inset`: room for rings round fields."""
    box = BoxLayout(orientation="vertical", size_hint_y=None, spacing=spacing, padding=inset)
    scroll = ScrollView(do_scroll_x=False, scroll_type=["bars"], bar_width=dp(8), size_hint_y=None)

    def fit(*_args: object) -> None:
        box.height = box.minimum_height
        scroll.height = min(box.minimum_height, max(dp(120), Window.height - dp(left_over)))
        beside = dp(BESIDE_BAR) if box.height > scroll.height else 0
        box.padding = inset, inset, max(inset, beside), inset

    box.bind(minimum_height=fit)
    for row in rows:
        box.add_widget(row)
    scroll.add_widget(box)
    fit()
    return scroll
