"""The secretary's questions to themselves about polls, and the sheet that makes one."""

from typing import Any

from kivy.properties import StringProperty

from client.screens.desk.form import FormDialog
from client.selectors.chair import ChairPoll
from client.selectors.desk_next import ItemChoice, NextPoll
from client.widgets.dialog import Dialog, Sheet
from client.widgets.field import TextField
from client.widgets.rows import RadioCard
from server.protocol import commands as c
from server.protocol.state import Rule


class ReasonDialog(FormDialog):
    """Asks for a reason."""

    missing = StringProperty("")

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field = TextField(label=label, desk=True)
        self.add_widget(self.field)

    def complete(self) -> bool:
        """A reason is needed."""
        self.field.error = "" if self.field.text.strip() else self.missing
        return not self.field.error


def ask_to_annul(app: Any, poll: str) -> Dialog:
    """Ask for the reason, then annul."""
    dialog = ReasonDialog(
        app.tr("vd.annul.reason"),
        title=app.tr("vd.annul.title"),
        body=app.tr("vd.annul.body"),
        tone="lac",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("vd.annul"),
        act_kind="danger",
        missing=app.tr("vd.annul.missing"),
    )
    dialog.bind(on_act=lambda *_: app.send(c.AnnulPoll(poll, dialog.field.text.strip())))
    return dialog.open()


def ask_to_publish(app: Any, poll: ChairPoll) -> Dialog:
    """Ask, then show the result to everyone; of a sitting, all that are counted."""
    sitting = poll.sitting
    shut = sitting.those("closed") if sitting is not None else ()
    many = len(shut) > 1 and poll.does == "publish"
    dialog = Dialog(
        title=app.tr("sitting.publish.ask", n=len(shut)) if many else app.tr("vd.publish.title"),
        body=app.tr("vd.publish.body"),
        icon="screen-share",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=poll.act if many else app.tr("vd.publish"),
    )
    one = c.PublishPoll(poll.poll)
    command = c.PublishSeries(sitting.series) if sitting is not None and many else one
    dialog.bind(on_act=lambda *_: app.send(command))
    return dialog.open()


def ask_consensus(app: Any, poll: str, view: NextPoll) -> Dialog:
    """Ask, then record agreement without a count; no number is invented."""
    dialog = Dialog(
        title=app.tr("vd.consensus"),
        body=view.question,
        icon="gavel",
        tone="blu",
        safe_text=app.tr("act.cancel"),
        act_text=app.tr("vd.consensus"),
    )
    dialog.bind(on_act=lambda *_: app.send(c.RecordConsensus(poll)))
    return dialog.open()


class PollSheet(Sheet):
    """Makes a poll, or changes the question of one that is not open yet."""

    item = StringProperty("")
    error = StringProperty("")

    def __init__(self, app: Any, items: tuple[ItemChoice, ...], **kwargs: Any) -> None:
        self.app = app
        self._items = items
        self._cards: dict[str, RadioCard] = {}
        self.poll, self.rule = "", Rule()
        super().__init__(**kwargs)
        for one in items:
            card = RadioCard(title=f"{one.title} · {one.line}", size_hint_y=1)
            card.bind(on_release=lambda _card, item=one.item: self.choose(item))
            self._cards[one.item] = card
            self.ids.choices.add_widget(card)

    def choose(self, item: str, question: str = "") -> None:
        """Mark the item, and put the usual question on it."""
        self.item = item
        for name, card in self._cards.items():
            card.on = name == item
        usual = next((one.question for one in self._items if one.item == item), "")
        self.ids.question.text = question or usual

    def save(self) -> None:
        """Prepare the poll and close, or say what is missing."""
        question = " ".join(self.ids.question.text.split())
        if not question or not self.item:
            self.ids.question.error = self.app.tr("vd.add.missing")
            return
        self.close()
        name = self.poll or self.app.new_id()
        self.app.send(c.PreparePoll(name, self.item, question, self.rule))


def open_new(app: Any, items: tuple[ItemChoice, ...], first: str) -> Sheet:
    """Open the sheet for a new poll."""
    sheet = PollSheet(app, items, title=app.tr("vd.add.title"), close_text=app.tr("act.close"))
    sheet.choose(first)
    return sheet.open()


def open_edit(app: Any, items: tuple[ItemChoice, ...], view: NextPoll) -> Sheet:
    """Open the sheet for a poll that is not open yet."""
    mine = tuple(one for one in items if one.item == view.item)
    sheet = PollSheet(app, mine, title=app.tr("vd.edit.title"), close_text=app.tr("act.close"))
    sheet.poll, sheet.rule = view.poll, view.rule
    sheet.choose(view.item, view.question)
    return sheet.open()
