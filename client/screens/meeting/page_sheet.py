"""Going to a page by its number: keys as large as those of the PIN."""

from typing import Any

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.label import Text
from client.widgets.pin import PinPad
from client.widgets.plate import Plate

__all__ = ["PageNumber", "PageSheet", "PinPad", "Plate", "StyledButton", "Text"]


class PageNumber(Plate, AnchorLayout):
    """The box with what is typed."""


class PageSheet(Sheet):
    """Type a number, or take the first or last page; fires ``on_page(page)`` from 1."""

    pages = NumericProperty(1)
    typed = StringProperty("")

    __events__ = ("on_page",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(card_width=404, **kwargs)

    @property
    def page(self) -> int:
        """The page that was typed, 0 while it is none of this paper."""
        page = int(self.typed or 0)
        return page if page <= self.pages else 0

    def type_page(self, typed: str) -> None:
        """Take what is typed; a number beyond the last page starts anew with its last digit."""
        bare = typed.lstrip("0")
        if bare and int(bare) > self.pages:
            bare = bare[-1].replace("0", "") if int(bare[-1]) <= self.pages else ""
        self.ids.pad.pin = bare
        self.typed = bare

    def go(self, page: int) -> None:
        """Go there and close."""
        if page:
            self.close()
            self.dispatch("on_page", page)

    def on_page(self, page: int) -> None:
        """A page was chosen."""
