"""From column to column by F6: the next one's first control takes the keyboard."""

from collections.abc import Sequence
from typing import Any

from kivy.uix.behaviors import FocusBehavior

from client.screens.desk.keys import focused


def jump(columns: Sequence[Any], way: int) -> None:
    """Give the keyboard to the column after (or before) the one that has it."""
    holder = focused()
    columns = [getattr(one, "__self__", one) for one in columns]  # a rule's ids are only proxies
    here = next((n for n, one in enumerate(columns) if _within(holder, one)), None)
    if here is None:
        here = -1 if way > 0 else len(columns)
    for step in range(1, len(columns) + 1):
        first = _first(columns[(here + way * step) % len(columns)])
        if first is not None:
            first.focus = True
            return


def _within(widget: Any, column: Any) -> bool:
    while widget is not None and widget is not column and widget.parent is not widget:
        widget = widget.parent
    return widget is column


def _first(column: Any) -> Any:
    for widget in column.walk(restrict=True):
        free = isinstance(widget, FocusBehavior) and widget.is_focusable
        if free and not getattr(widget, "disabled", False) and widget.opacity:
            return widget
    return None
