"""The navy panel at the left of the screens before a meeting: body, session, line."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.relativelayout import RelativeLayout

from client.resources import image
from client.selectors.sign_in import Panel
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText

__all__ = ["BareIcon", "BareText", "NavyPanel", "PanelLine"]


class PanelLine(BoxLayout):
    """One line at the foot: an icon and words."""

    icon = StringProperty("")
    text = StringProperty("")
    tone = StringProperty("on_panel2")
    strong = StringProperty("regular")


class NavyPanel(RelativeLayout):
    """Shows a `Panel`; empty texts take no room."""

    logo = image("logo")
    rings = image("rings")
    today = StringProperty("")
    title = StringProperty("")
    when = StringProperty("")
    line_icon = StringProperty("")
    line_text = StringProperty("")
    line_tone = StringProperty("panel_ok")
    server = StringProperty("")
    device = StringProperty("")

    def show(self, view: Panel) -> None:
        """Set what the panel says."""
        self.today, self.title, self.when = view.today, view.title, view.when
        self.line_icon, self.line_text = view.line.icon, view.line.text
        self.line_tone = "panel_ok" if view.line.tone == "grn" else "panel_warn"
        self.server, self.device = view.server, view.device

    def wide(self, k: float, window: float) -> float:
        """The share of a panel: narrower for large text, where names need the room."""
        return 368.0 if k < 1.2 and window >= 1180 else 264.0  # noqa: PLR2004


load_kv(__file__)
