"""The papers of the item on screen, and following the presenter."""

from dataclasses import replace
from typing import Any

from kivy.animation import Animation
from kivy.app import App
from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from client.selectors.meeting import Follow, Tabs
from client.theme import Paint, Theme
from client.widgets.button import StyledButton
from client.widgets.plate import Plate
from client.widgets.rail import DocumentTab

__all__ = ["FollowButton", "PaperTabs", "Plate", "ScrollView"]


class FollowButton(StyledButton):
    """The chip that follows, or stops following; `paused` while somebody writes."""

    paused = BooleanProperty(False)

    def repaint(self, theme: Theme, kind: str, state: str) -> Paint:
        """Neutral while following rests."""
        if self.paused:
            return Paint(theme.sunken, theme.sunken, theme.ink)
        return super().repaint(theme, kind, state)

    def on_paused(self, *_args: object) -> None:
        """Wear other colours."""
        theme = App.get_running_app().theme
        self.paint = self.repaint(theme, self.kind, self.touch_state)


class PaperTabs(Plate, BoxLayout):
    """Fires ``on_paper(paper)`` and ``on_following(following)``; two buttons scroll to the rest."""

    fits = BooleanProperty(True)
    follow = StringProperty("none")
    follow_text = StringProperty("")
    wide = BooleanProperty(False)
    """There is room for a second paper."""
    two = BooleanProperty(False)
    """A second paper is shown."""

    __events__ = ("on_paper", "on_following", "on_beside")

    def __init__(self, **kwargs: Any) -> None:
        self._papers: dict[Any, str] = {}
        self._reveal_soon = Clock.create_trigger(self._reveal_now, 0)
        super().__init__(**kwargs)

    def on_kv_post(self, _base: Any) -> None:
        """Watch whether all tabs fit."""
        self.ids.tabs.bind(width=self._measure)
        self.bind(width=self._measure)
        self.ids.follow.bind(width=self._measure)

    def show(self, view: Tabs) -> None:
        """Set the tabs; those that stay are only changed."""
        tabs = self.ids.tabs
        self.follow, self.follow_text = view.follow.state, view.follow.text
        while len(tabs.children) > len(view.tabs):
            tabs.remove_widget(tabs.children[0])
        while len(tabs.children) < len(view.tabs):
            tab = DocumentTab()
            tab.bind(on_release=self._tapped)
            tabs.add_widget(tab)
        for tab, one in zip(reversed(tabs.children), view.tabs, strict=True):
            self._papers[tab] = one.paper
            tab.text, tab.version = one.title, one.version
            if one.selected and not tab.on:
                self._reveal(tab)
            tab.on = one.selected

    def show_second(self, view: Tabs, paper: str) -> None:
        """Set the tabs of a second page area, where nobody is followed."""
        tabs = tuple(replace(tab, selected=tab.paper == paper) for tab in view.tabs)
        self.show(Tabs(tabs, Follow("none", "")))

    def _measure(self, *_args: object) -> None:
        room = (
            self.width
            - self.ids.follow.width
            - self.ids.beside.width
            - self.padding[0]
            - self.padding[2]
            - dp(8)
        )
        self.fits = self.ids.tabs.width <= room
        self._reveal_soon()

    def _reveal_now(self, _elapsed: float) -> None:
        """The paper that is read stays in sight, however narrow its row becomes."""
        chosen = next((tab for tab in self.ids.tabs.children if tab.on), None)
        if chosen is not None:
            self._reveal(chosen)

    def _tapped(self, tab: DocumentTab) -> None:
        self.dispatch("on_paper", self._papers[tab])

    def _reveal(self, tab: DocumentTab) -> None:
        if not self.fits:
            self.ids.scroll.scroll_to(tab, padding=0, animate=False)

    def move(self, way: int) -> None:
        """Scroll the tabs by most of what is seen."""
        scroll, tabs = self.ids.scroll, self.ids.tabs
        hidden = tabs.width - scroll.width
        if hidden > 0:
            at = scroll.scroll_x + way * 0.8 * scroll.width / hidden
            Animation(scroll_x=min(1.0, max(0.0, at)), duration=0.18, t="out_quad").start(scroll)

    def toggle(self) -> None:
        """Follow, or stop."""
        self.dispatch("on_following", self.follow not in {"on", "paused"})

    def on_paper(self, paper: str) -> None:
        """A tab was tapped."""

    def on_beside(self) -> None:
        """The button of the second paper was tapped."""

    def on_following(self, following: bool) -> None:
        """The chip was tapped."""
