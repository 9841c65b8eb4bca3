"""One child for each value: those that stay are only changed, so that nothing blinks."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

V = TypeVar("V")


def fill(
    box: Any, values: Sequence[V], make: Callable[[], Any], put: Callable[[Any, V], None]
) -> None:
    """Make the children of `box` as many as there are values, and put each value into its child."""
    while len(box.children) > len(values):
        box.remove_widget(box.children[0])
    while len(box.children) < len(values):
        box.add_widget(make())
    for child, value in zip(reversed(box.children), values, strict=True):
        put(child, value)
