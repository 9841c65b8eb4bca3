"""The chair's questions to themselves: a dialog before what cannot be taken back."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout

from client.actions import Went
from client.selectors.chair import ChairPoll, templates
from client.widgets.button import StyledButton
from client.widgets.dialog import Dialog, Sheet
from client.widgets.rows import RadioCard
from server.protocol import commands as c
from server.protocol.state import Rule

NAMED = 6
"""How many silent members a dialog names before it only counts the rest."""


def ask_open(app: Any, poll: ChairPoll) -> Dialog:
    """Ask, then open the prepared poll of the item, or one on its title by the usual rule."""
    dialog = Dialog(
        title=app.tr("chair.askopen"),
        body=f"{poll.question}\n{poll.ask}",
        icon="checklist",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("live.openvote"),
    )
    dialog.bind(on_act=lambda *_: open_poll(app, poll))
    if templates(app.store.state) and not poll.poll and poll.rule_used is None:
        other = StyledButton(
            kind="secondary", icon="list-details", text=app.tr("vd.template"), size_hint_x=1
        )
        other.bind(on_release=lambda *_: _other(app, dialog))
        dialog.add_widget(other)
    return dialog.open()


def _other(app: Any, dialog: Dialog) -> None:
    dialog.close()
    open_templates(app)


def open_templates(app: Any) -> Sheet:
    """Offer the templates that need no list of names; each asks once more before it opens."""
    sheet = Sheet(title=app.tr("vd.templates"), close_text=app.tr("act.close"), card_width=880)

    def chosen(poll: ChairPoll) -> None:
        sheet.close()
        ask_open(app, poll)

    rows = BoxLayout(orientation="vertical", size_hint_y=None, spacing=dp(8))
    offered = templates(app.store.state)
    for at in range(0, len(offered), 2):
        pair = BoxLayout(size_hint_y=None, height=dp(88), spacing=dp(12))
        for one in offered[at : at + 2]:
            card = RadioCard(title=one.rule, size_hint_y=1)
            card.bind(on_release=lambda _card, one=one: chosen(one))
            pair.add_widget(card)
        rows.add_widget(pair)
    rows.bind(minimum_height=rows.setter("height"))
    sheet.add_widget(rows)
    return sheet.open()


def open_more(app: Any, poll: ChairPoll) -> Sheet:
    """Offer what is rarely done to a poll: more time, a second count of hands, annulment."""
    from client.screens.desk.polls.counting import (  # noqa: PLC0415 - the desk's page needs us
        ask_count,
        ask_hands,
    )
    from client.screens.desk.polls.dialogs import ask_to_annul  # noqa: PLC0415 - as above

    sheet = Sheet(title=app.tr("chair.poll.more"), close_text=app.tr("act.close"))
    offers: list[tuple[str, str, Callable[[], object]]] = []
    if poll.can_extend:
        offers.append(("clock-play", "vd.extend", lambda: app.send(c.ExtendPoll(poll.poll, 120))))
    hands, count = poll.hands, poll.sheet
    if hands is not None:
        offers.append(
            ("hand-stop", "vd.hands.confirm", lambda: ask_hands(app, hands, confirm=True))
        )
    if count is not None:
        offers.append(("checklist", "vd.count.mine", lambda: ask_count(app, count)))
    offers.append(("trash", "vd.annul", lambda: ask_to_annul(app, poll.poll)))
    for icon, key, act in offers:
        button = StyledButton(
            kind="danger" if key == "vd.annul" else "secondary", icon=icon, text=app.tr(key),
            size_hint_x=1,
        )  # fmt: skip
        button.bind(on_release=lambda _button, act=act: _and_close(sheet, act))
        sheet.add_widget(button)
    return sheet.open()


def _and_close(sheet: Sheet, act: Callable[[], object]) -> None:
    sheet.close()
    act()


def open_poll(app: Any, poll: ChairPoll) -> None:
    """Prepare the poll where nobody has, and open it."""
    name = poll.poll or app.new_id()
    if not poll.poll:
        app.send(c.PreparePoll(name, poll.item, poll.question, poll.rule_used or Rule()))
    app.send(c.OpenPoll(name))


def ask_to_close(app: Any, poll: ChairPoll) -> Dialog:
    """Ask, naming those who have not sent, then close."""
    silent = ", ".join(poll.missing[:NAMED]) + ("…" if len(poll.missing) > NAMED else "")
    body = app.tr("dlg.body", n=len(poll.missing), names=silent)
    dialog = Dialog(
        title=app.tr("dlg.title"),
        body=body if poll.missing else app.tr("dlg.body.all"),
        safe_text=app.tr("dlg.wait"),
        act_text=app.tr("vd.close"),
    )
    dialog.bind(on_act=lambda *_: app.send(c.ClosePoll(poll.poll)))
    return dialog.open()


def ask_next(app: Any, item: str, label: str) -> Dialog:
    """Ask, then take up the next item; `label` names it."""
    number = label.rsplit(" ", 1)[-1]
    dialog = Dialog(
        title=app.tr("chair.next.title", n=number),
        body=app.tr("chair.next.body"),
        icon="arrow-right",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=label,
    )
    dialog.bind(on_act=lambda *_: take_up(app, item))
    return dialog.open()


def take_up(app: Any, item: str) -> None:
    """Take up an item, and go there: whoever moves the meeting on moves with it."""
    app.send(c.TakeUpItem(item))
    app.dispatch(Went("meeting", item=item))


def ask_phase(app: Any, key: str) -> Dialog | None:
    """Ask before opening or closing the meeting; resuming needs no question."""
    commands: dict[str, c.Command] = {
        "chair.start": c.StartMeeting(),
        "chair.resume": c.ResumeMeeting(),
        "chair.finish": c.CloseMeeting(),
    }
    command = commands.get(key)
    if command is None:
        return None
    if key == "chair.resume":
        app.send(command)
        return None
    dialog = Dialog(
        title=app.tr(f"{key}.title"),
        body=app.tr("chair.finish.body") if key == "chair.finish" else "",
        icon="gavel",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr(key),
    )
    dialog.bind(on_act=lambda *_: app.send(command))
    return dialog.open()
