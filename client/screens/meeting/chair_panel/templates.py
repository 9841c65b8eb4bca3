"""The sheet of templates: the body's own rules first, then the usual ones."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.metrics import dp

from client.actions import MessageShown
from client.selectors.chair import ChairPoll
from client.selectors.chair_templates import Template, besides, of_body, usual
from client.widgets.dialog import Sheet
from client.widgets.label import Text
from client.widgets.rows import RadioCard
from server.protocol import commands as c
from server.protocol import office as o
from server.protocol.refusals import Refusal

LEFT_OVER = 180
"""What the sheet needs of the window (dp) beside its cards."""
TALL, TALLER, WIDE = 104, 176, 1.2
"""How high a card is, also at large sizes; the scale from which it is."""
Chosen = Callable[[ChairPoll], object]


class TemplatesSheet(Sheet):
    """A card for each; one that is touched closes the sheet and is given to `chosen`."""

    def __init__(self, app: Any, chosen: Chosen) -> None:
        self.app, self._chosen = app, chosen
        super().__init__(
            title=app.tr("vd.templates"), close_text=app.tr("act.close"), card_width=1100
        )
        self.scroll: Any = None
        self.show(())

    def show(self, own: Sequence[Template]) -> None:
        """Offer the body's rules, and what of the usual ones is none of them."""
        from client.screens.desk.scrolling import scrolling  # noqa: PLC0415 - the desk needs us

        if self.scroll is not None:
            self.ids.extra.remove_widget(self.scroll)
        parts: list[Any] = []
        if own:
            parts += [self._head("chair.templates.own"), *self._cards(own)]
        rest = besides(own, usual(self.app.store.state))
        if rest:
            parts += [self._head("chair.templates.usual")] if own else []
            parts += self._cards(rest)
        self.scroll = scrolling(parts, dp(12), left_over=LEFT_OVER)
        self.scroll.scroll_type = ["bars", "content"]  # by a finger, too
        self.add_widget(self.scroll)

    def _head(self, key: str) -> Text:
        return Text(text=self.app.tr(key), role="caption", tone="ink2", fit="height")

    def _cards(self, offered: Sequence[Template]) -> list[RadioCard]:
        tall = dp(TALLER if self.app.k >= WIDE else TALL)
        cards = []
        for one in offered:
            card = RadioCard(title=one.name, subtitle=one.line, height=tall)
            card.bind(on_release=lambda _card, one=one: self._take(one))
            cards.append(card)
        return cards

    def _take(self, template: Template) -> None:
        self.close()
        self._chosen(template.poll)


def open_templates(app: Any, chosen: Chosen) -> TemplatesSheet:
    """Open the sheet at once; the body's own rules stand in it when the office has told them."""
    sheet = TemplatesSheet(app, chosen)

    def answered(reply: o.Reply | Refusal) -> None:
        if isinstance(reply, o.Rules) and sheet.parent is not None:
            sheet.show(of_body(app.store.state, reply.presets))

    room = app.store.state.room()
    if room is not None:
        app.ask(o.MeetingRules(room.state.id), answered)
    sheet.open()
    return sheet


def prepare_sealed(app: Any, poll: ChairPoll) -> None:
    """Prepare a poll whose ballots are sealed: it is opened once the server has made its keys."""
    assert poll.rule_used is not None  # noqa: S101 - only a template is sealed here
    app.send(c.PreparePoll(app.new_id(), poll.item, poll.question, poll.rule_used))
    app.dispatch(MessageShown("chair.sealed.ready"))
