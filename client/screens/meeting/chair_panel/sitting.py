"""What whoever presides is asked about several questions at once, and each of them in a sheet."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from client.selectors.chair import ChairPoll, acting_on
from client.selectors.chair_sitting import ChairSitting, SittingQuestion
from client.selectors.words import Words
from client.widgets.button import StyledButton
from client.widgets.dialog import Dialog, Sheet
from client.widgets.label import Text
from client.widgets.metrics import high
from server.protocol import commands as c

NAMED = 6
"""How many silent members a dialog names before it only counts the rest."""


def silent_words(app: Any, missing: tuple[str, ...]) -> str:
    """Return who has not sent, or that everybody has."""
    if not missing:
        return str(app.tr("dlg.body.all"))
    names = ", ".join(missing[:NAMED]) + ("…" if len(missing) > NAMED else "")
    return str(app.tr("dlg.body", n=len(missing), names=names))


def ask_open_sitting(app: Any, poll: ChairPoll, sitting: ChairSitting) -> Dialog:
    """Ask, then open all questions at once; or, at another touch, the first of them."""
    waiting, running = sitting.those("prepared"), sitting.running
    together = sitting.together and (len(waiting) > 1 or bool(running))
    following = sitting.following
    one = app.tr("sitting.open.next", n=following.place if following else 1, m=sitting.of)
    dialog = Dialog(
        title=app.tr("sitting.open.ask", n=len(waiting)) if len(waiting) > 1 else f"{one}?",
        body=poll.ask,
        icon="checklist",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("sitting.open.all") if together else one,
    )
    opening = c.OpenSeries(sitting.series) if together else c.OpenNext(sitting.series)
    dialog.bind(on_act=lambda *_: app.send(opening))
    if together and not running:
        each = StyledButton(
            kind="secondary",
            icon="list-details",
            text=app.tr("sitting.open.each"),
            size_hint=(1, None),
        )
        each.bind(on_release=lambda *_: _instead(app, dialog, c.OpenNext(sitting.series)))
        dialog.add_widget(each)
    return dialog.open()


def ask_to_close_sitting(app: Any, poll: ChairPoll, sitting: ChairSitting) -> Dialog:
    """Ask, naming who is missing, then close all; or the one that is open, and open the next."""
    running, following = sitting.running, sitting.following
    going_on = len(running) == 1 and following is not None
    title = app.tr("dlg.title")
    if len(running) > 1:
        title = app.tr("sitting.close.all.ask", n=len(running))
    elif following is not None:
        title = app.tr("sitting.close.next.ask", n=following.place, m=sitting.of)
    dialog = Dialog(
        title=title,
        body=silent_words(app, sitting.missing),
        safe_text=app.tr("dlg.wait"),
        act_text=poll.act,
    )
    closing = c.CloseSeries(sitting.series)
    dialog.bind(on_act=lambda *_: app.send(c.OpenNext(sitting.series) if going_on else closing))
    if going_on:
        only = StyledButton(
            kind="secondary", icon="square", text=app.tr("sitting.close.only"), size_hint=(1, None)
        )
        only.bind(on_release=lambda *_: _instead(app, dialog, closing))
        dialog.add_widget(only)
    return dialog.open()


def _instead(app: Any, dialog: Dialog, command: c.Command) -> None:
    dialog.close()
    app.send(command)


class EachQuestion(BoxLayout):
    """One question in the sheet: how many have sent, who has not, and what may be done to it."""

    def __init__(self, app: Any, one: SittingQuestion, **kwargs: Any) -> None:
        super().__init__(size_hint_y=None, spacing=dp(12), **kwargs)
        words = BoxLayout(orientation="vertical", size_hint_y=None, pos_hint={"center_y": 0.5})
        words.bind(minimum_height=words.setter("height"))
        words.add_widget(Text(text=f"{one.place}. {one.question}", weight="semibold", fit="height"))
        if one.missing:
            names = ", ".join(one.missing[:NAMED]) + ("…" if len(one.missing) > NAMED else "")
            told = app.tr("sitting.unsent.by", names=names)
            words.add_widget(Text(text=told, role="caption", tone="ink2", fit="height"))
        self.add_widget(words)
        line = Text(text=one.line, role="strong", weight="bold", pos_hint={"center_y": 0.5})
        self.add_widget(line)
        words.fbind("height", lambda _w, height: setattr(self, "height", max(dp(64), height)))
        self.height = max(dp(64), words.height)


def open_each(app: Any, sitting: ChairSitting, more: Callable[[ChairPoll], object]) -> Sheet:
    """Show each question of a sitting; `more` offers what is rarely done to one that was opened."""
    sheet = Sheet(title=app.tr("sitting.each"), close_text=app.tr("act.close"), card_width=1000)
    rows = BoxLayout(orientation="vertical", size_hint_y=None, spacing=dp(12))
    rows.bind(minimum_height=rows.setter("height"))
    for one in sitting.questions:
        row = EachQuestion(app, one)
        row.add_widget(_button(app, sheet, sitting, one, more))
        rows.add_widget(row)
    scroll = ScrollView(size_hint_y=None, do_scroll_x=False, scroll_type=["bars", "content"])
    most = high(380, app.k)
    rows.fbind("height", lambda _w, height: setattr(scroll, "height", min(height, most)))
    scroll.add_widget(rows)
    sheet.add_widget(scroll)
    shut = sitting.those("closed")
    if shut and sitting.following is not None and not any(one.counting for one in shut):
        now = StyledButton(
            kind="secondary",
            icon="screen-share",
            text=app.tr("sitting.publish.all", n=len(shut)),
            size_hint=(1, None),
        )
        now.bind(on_release=lambda *_: _after(sheet, lambda: _publish(app, sitting)))
        sheet.add_widget(now)
    return sheet.open()


def _publish(app: Any, sitting: ChairSitting) -> None:
    app.send(c.PublishSeries(sitting.series))


def _after(sheet: Sheet, act: Callable[[], object]) -> None:
    sheet.close()
    act()


def _button(
    app: Any,
    sheet: Sheet,
    sitting: ChairSitting,
    one: SittingQuestion,
    more: Callable[[ChairPoll], object],
) -> StyledButton:
    """Return what may be done to a question: more of it, or opening it beside the others."""
    waits = one.state == "prepared"
    button = StyledButton(
        kind="secondary",
        grade="small",
        icon="checklist" if waits else "dots",
        text=app.tr("live.openvote" if waits else "act.more"),
        disabled=waits and not sitting.running,
        opacity=0 if waits and not sitting.running else 1,
        pos_hint={"center_y": 0.5},
    )

    def act() -> None:
        room = app.store.state.room()
        poll = room.state.polls.get(one.poll) if room is not None else None
        if room is None or poll is None:
            return
        if poll.state == "prepared":
            app.send(c.OpenPoll(one.poll))
        else:
            state = app.store.state
            more(acting_on(room, poll, Words.of(state), state.now))

    button.bind(on_release=lambda *_: _after(sheet, act))
    return button
