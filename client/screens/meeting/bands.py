"""One banner at a time over the top of the page area; it pushes nothing."""

from typing import Any

from kivy.uix.anchorlayout import AnchorLayout

from client.selectors.shell import Banner as BannerView
from client.widgets.banner import Banner
from client.widgets.button import StyledButton


class Band(Banner):
    """A banner across the whole width."""


class BannerPlace(AnchorLayout):
    """Shows a `selectors.shell.Banner` or nothing; fires ``on_go(view)`` and ``on_stay(view)``."""

    __events__ = ("on_go", "on_stay")

    def show(self, view: BannerView | None) -> None:
        """Set the banner."""
        self.clear_widgets()
        if view is None:
            return
        band = Band(kind=view.tone, icon=view.icon, title=view.title, body=view.body, flat=True)
        if view.stay:
            self._button(band, "secondary", view.stay, "on_stay", view)
        if view.go:
            button = self._button(band, "primary", view.go, "on_go", view)
            button.disabled = view.wait
        self.add_widget(band)

    def _button(
        self, band: Band, kind: str, text: str, event: str, view: BannerView
    ) -> StyledButton:
        button = StyledButton(kind=kind, grade="small", text=text)
        button.bind(on_release=lambda *_: self.dispatch(event, view))
        band.add_widget(button)
        return button

    def on_touch_down(self, touch: Any) -> bool:
        """Only the banner itself is in the way of the page."""
        return any(child.dispatch("on_touch_down", touch) for child in self.children)

    def on_go(self, view: BannerView) -> None:
        """Its main button was tapped."""

    def on_stay(self, view: BannerView) -> None:
        """It was put away."""
