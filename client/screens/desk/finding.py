"""From a part of a page to what the whole screen has."""

from typing import Any

from client.widgets.toast import Toasts


def toasts_over(widget: Any) -> Toasts | None:
    """Return the toasts of the screen that holds the widget; None while it is in none."""
    while widget is not None and widget.parent is not widget:
        found = getattr(widget, "toasts", None)
        if isinstance(found, Toasts):
            return found
        widget = widget.parent
    return None


def desk_over(widget: Any) -> Any:
    """Return the desk that holds the widget, or None."""
    while widget is not None and widget.parent is not widget:
        if hasattr(widget, "open_meeting"):
            return widget
        widget = widget.parent
    return None
