"""Banners: what happened and what can be done, over the top of the page area."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text
from client.widgets.plate import Plate

__all__ = ["Banner", "Icon", "Text"]


class Banner(Plate, BoxLayout):
    """Icon, title, a sentence, and the buttons that are added to it (small ones), on the right."""

    kind = OptionProperty("amb", options=("amb", "blu", "lac", "grn"))
    icon = StringProperty("info-circle")
    title = StringProperty("")
    body = StringProperty("")
    flat = BooleanProperty(False)
    least = NumericProperty(0)
    """Pixels that it is high at the least; 0: what banners usually are."""
    spare = NumericProperty("24dp")
    """Pixels above and below its buttons together."""

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Children after the banner's own are its buttons."""
        if "buttons" in self.ids and widget is not self.ids.buttons:
            self.ids.buttons.add_widget(widget, *args, **kwargs)
        else:
            super().add_widget(widget, *args, **kwargs)

    def on_touch_down(self, touch: Any) -> bool:
        """A touch on the banner never reaches the page that it covers."""
        return bool(super().on_touch_down(touch)) or bool(self.collide_point(*touch.pos))


load_kv(__file__)
