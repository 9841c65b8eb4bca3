"""One line in a dialog for what is missing or was refused; no room with nothing to say."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import Text

__all__ = ["Icon", "MissingLine", "Text"]


class MissingLine(BoxLayout):
    """Shows ``text`` with the sign of a warning."""

    text = StringProperty("")


load_kv(__file__)
