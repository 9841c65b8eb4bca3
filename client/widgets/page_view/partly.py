"""What is said over a page that cannot be shown as it should be."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.widgets.plate import Plate


class PartlyNote(Plate, BoxLayout):
    """Says over a page that only its small picture can be shown; `quiet`: that all is well."""

    quiet = BooleanProperty(False)

    text = StringProperty("")
    code = StringProperty("")
