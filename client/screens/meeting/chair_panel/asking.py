"""The chair's questions to themselves: a dialog before what cannot be taken back."""

from typing import Any

from client.actions import Went
from client.selectors.chair import ChairPoll
from client.widgets.dialog import Dialog
from server.protocol import commands as c

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
    return dialog.open()


def open_poll(app: Any, poll: ChairPoll) -> None:
    """Prepare the poll where nobody has, and open it."""
    name = poll.poll or app.new_id()
    if not poll.poll:
        app.send(c.PreparePoll(name, poll.item, poll.question))
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
