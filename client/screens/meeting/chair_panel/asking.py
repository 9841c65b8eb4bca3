"""The chair's questions to themselves: a dialog before what cannot be taken back."""

from collections.abc import Callable
from typing import Any

from client.actions import Went
from client.screens.meeting.chair_panel.sitting import (
    ask_open_sitting,
    ask_to_close_sitting,
    open_each,
    silent_words,
)
from client.screens.meeting.chair_panel.templates import open_templates, prepare_sealed
from client.screens.sitting.arranging import open_arranging
from client.selectors.chair import ChairPoll
from client.selectors.chair_templates import usual
from client.widgets.button import StyledButton
from client.widgets.dialog import Dialog, Sheet
from server.protocol import commands as c
from server.protocol.state import Rule

LONGER = 120
"""How many seconds [Thêm 2 phút] gives."""


def ask_open(app: Any, poll: ChairPoll) -> Dialog:
    """Ask, then open the prepared poll of the item, or one on its title by the usual rule."""
    if poll.sitting is not None:
        return ask_open_sitting(app, poll, poll.sitting)
    dialog = Dialog(
        title=app.tr("chair.askopen"),
        body=f"{poll.question}\n{poll.ask}",
        icon="checklist",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("live.openvote"),
    )
    dialog.bind(on_act=lambda *_: open_poll(app, poll))
    if usual(app.store.state) and not poll.poll and poll.rule_used is None:
        _instead(app, dialog, "list-details", "vd.template", lambda: _by_template(app))
    if poll.rule_used is None:
        _instead(app, dialog, "checklist", "sitting.make", lambda: open_arranging(app))
    return dialog.open()


def _by_template(app: Any) -> None:
    open_templates(app, lambda poll: ask_open(app, poll))


def _instead(app: Any, dialog: Dialog, icon: str, key: str, act: Callable[[], object]) -> None:
    """Offer something else, in the dialog's place."""
    button = StyledButton(kind="secondary", icon=icon, text=app.tr(key), size_hint=(1, None))
    button.bind(on_release=lambda *_: _and_close(dialog, act))
    dialog.add_widget(button)


def open_more(app: Any, poll: ChairPoll) -> Sheet:
    """Offer what is rarely done to a poll: more time, a second count of hands, annulment."""
    from client.screens.desk.polls.counting import (  # noqa: PLC0415 - the desk's page needs us
        ask_count,
        ask_hands,
    )
    from client.screens.desk.polls.dialogs import ask_to_annul  # noqa: PLC0415 - as above

    if poll.sitting is not None:
        return open_each(app, poll.sitting, lambda one: open_more(app, one))
    sheet = Sheet(title=app.tr("chair.poll.more"), close_text=app.tr("act.close"))
    offers: list[tuple[str, str, Callable[[], object]]] = []
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
            size_hint=(1, None),
        )  # fmt: skip
        button.bind(on_release=lambda _button, act=act: _and_close(sheet, act))
        sheet.add_widget(button)
    return sheet.open()


def _and_close(sheet: Sheet | Dialog, act: Callable[[], object]) -> None:
    sheet.close()
    act()


def pause(app: Any, poll: ChairPoll) -> None:
    """Hold a poll, or go on; of a sitting all questions that are open, or on hold."""
    sitting = poll.sitting
    resuming = poll.stage == "paused"
    names = [poll.poll]
    if sitting is not None:
        names = [one.poll for one in sitting.those("paused" if resuming else "open")]
    for name in names:
        app.send(c.ResumePoll(name) if resuming else c.PausePoll(name))


def extend(app: Any, poll: ChairPoll) -> None:
    """Give a poll more time; of a sitting every question whose time is running."""
    sitting = poll.sitting
    names = [poll.poll]
    if sitting is not None:
        names = [one.poll for one in sitting.running if one.can_extend]
    for name in names:
        app.send(c.ExtendPoll(name, LONGER))


def remind(app: Any, poll: ChairPoll) -> None:
    """Remind those who have not sent; of a sitting those who lack any of its questions."""
    sitting = poll.sitting
    names = [poll.poll]
    if sitting is not None:
        names = [one.poll for one in sitting.running if one.missing]
    for name in names:
        app.send(c.RemindPoll(name))


def publish(app: Any, poll: ChairPoll) -> None:
    """Show the result of a poll, or of every question of its sitting that is closed."""
    sitting = poll.sitting
    app.send(c.PublishSeries(sitting.series) if sitting is not None else c.PublishPoll(poll.poll))


def open_poll(app: Any, poll: ChairPoll) -> None:
    """Prepare the poll where nobody has, and open it; agreement without a count is recorded."""
    rule = _rule_of(app, poll)
    if not poll.poll and rule.secrecy == "sealed":
        prepare_sealed(app, poll)
        return
    name = poll.poll or app.new_id()
    if not poll.poll:
        app.send(c.PreparePoll(name, poll.item, poll.question, rule))
    app.send(c.RecordConsensus(name) if rule.form == "consensus" else c.OpenPoll(name))


def _rule_of(app: Any, poll: ChairPoll) -> Rule:
    """Return the rule that a poll is, or would be, prepared with."""
    room = app.store.state.room()
    known = room.state.polls.get(poll.poll) if room is not None else None
    return known.rule if known is not None else poll.rule_used or Rule()


def ask_to_close(app: Any, poll: ChairPoll) -> Dialog:
    """Ask, naming those who have not sent, then close."""
    if poll.sitting is not None:
        return ask_to_close_sitting(app, poll, poll.sitting)
    body = silent_words(app, poll.missing)
    dialog = Dialog(
        title=app.tr("dlg.title"),
        body=body,
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
