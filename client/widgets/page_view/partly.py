"""What is said over a page that cannot be shown as it should be."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.plate import Plate


class PartlyNote(Plate, BoxLayout):
    """Says over a page that only its small picture can be shown."""

    text = StringProperty("")
    code = StringProperty("")
