"""Lists that keep their rows: only what a row shows changes, and rows come and go at the end."""

from collections.abc import Callable, Sequence
from typing import Any


def fill(box: Any, views: Sequence[Any], make: Callable[[Any], Any]) -> None:
    """Let the children of a box show these views, in order; `make(view)` gives a new row.

    A row has ``show(view)``, and ``fits(view)`` where rows of several kinds stand in one list.
    """
    rows = list(reversed(box.children))
    if any(not _fits(row, view) for row, view in zip(rows, views, strict=False)):
        box.clear_widgets()
        rows = []
    for row in rows[len(views) :]:
        box.remove_widget(row)
    for view in views[len(rows) :]:
        box.add_widget(make(view))
    for row, view in zip(reversed(box.children), views, strict=True):
        row.show(view)


def _fits(row: Any, view: Any) -> bool:
    return bool(row.fits(view)) if hasattr(row, "fits") else True


def only(place: Any, *widgets: Any) -> None:
    """Make these the only children of a place, in this order; None stands for none."""
    wanted = [one for one in widgets if one is not None]
    if list(reversed(place.children)) != wanted:
        place.clear_widgets()
        for one in wanted:
            place.add_widget(one)
