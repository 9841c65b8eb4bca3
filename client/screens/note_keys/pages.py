"""What the sheet of the notes' key shows: one page for each thing that can be decided."""

from collections.abc import Mapping

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.button import StyledButton
from client.widgets.field import TextField
from client.widgets.label import Text
from client.widgets.rows import CheckRow
from client.widgets.tool import Segmented

__all__ = ["PAGES", "CheckRow", "KeyPage", "Segmented", "StyledButton", "Text", "TextField"]


class KeyPage(BoxLayout):
    """A page of the sheet."""

    sheet = ObjectProperty(None, rebind=True)


class LockedPage(KeyPage):
    """The notes are locked here: another tablet, or something known, opens them."""


class AskingPage(KeyPage):
    """Another tablet asks for the key."""


class OwnPage(KeyPage):
    """How the notes can be opened elsewhere."""


class PhrasePage(KeyPage):
    """A passphrase is typed twice."""


PAGES: Mapping[str, type[KeyPage]] = {
    "locked": LockedPage,
    "asking": AskingPage,
    "own": OwnPage,
    "phrase": PhrasePage,
}
