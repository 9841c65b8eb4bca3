"""The band over the page: which version took the place of which, and the way between them."""

from typing import Any

from client.selectors.revision import Revised
from client.widgets.banner import Banner
from client.widgets.button import StyledButton
from client.widgets.icon import Icon
from client.widgets.tool import Segmented

__all__ = ["Icon", "RevisionBand"]


class RevisionBand(Banner):
    """Fires ``on_mode(mode)`` for old, new or compare, and ``on_away`` when it is put away."""

    __events__ = ("on_mode", "on_away")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(kind="amb", icon="refresh", flat=True, **kwargs)
        self.choice = Segmented(pos_hint={"center_y": 0.5})
        self.choice.bind(on_choose=lambda _choice, mode: self.dispatch("on_mode", mode))
        self.close = StyledButton(kind="ghost", grade="small", icon="x", pos_hint={"center_y": 0.5})
        self.close.bind(on_release=lambda *_: self.dispatch("on_away"))
        self.add_widget(self.choice)
        self.add_widget(self.close)

    def show(self, view: Revised, mode: str, line: str, tr: Any, *, can_compare: bool) -> None:
        """Set what it says; what is not there yet has no segment."""
        self.title, self.body = view.title, line
        options = [("new", tr("cmp.new"), "")] if view.ready else []
        if can_compare:
            options.append(("compare", tr("cmp.cmp"), ""))
        self.choice.options = [*options, ("old", tr("cmp.old"), "")]
        self.choice.value = mode

    def on_touch_down(self, touch: Any) -> bool:
        """Nothing of the page is touched through it."""
        return bool(super().on_touch_down(touch)) or bool(self.collide_point(*touch.pos))

    def on_mode(self, mode: str) -> None:
        """A version, or comparing them, was chosen."""

    def on_away(self) -> None:
        """It was put away."""
