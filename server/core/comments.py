"""Written comments: who may send one, on what, and taking them into the minutes."""

from server.core.audience import Audience, audience
from server.core.roles import Actor
from server.core.ruling import Decision, no
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.ids import Time
from server.protocol.refusals import Code
from server.protocol.state import MeetingState


def send(state: MeetingState, command: c.SendComment, actor: Actor, _now: Time) -> Decision:
    """Keep a comment on an item that its writer sees; also before the meeting and after it.

    A paper that the writer does not have (any more) is left out: the words are worth more.
    """
    seen = audience(state, actor.person)
    if seen.kind == "display":
        return no(Code.NOT_ALLOWED)
    if state.item(command.item) is None or (seen.partial and command.item not in seen.items):
        return no(Code.ITEM_UNKNOWN, item=command.item)
    text = command.text.strip()
    if not text:
        return no(Code.TEXT_MISSING)
    known = state.comments.get(command.comment)
    if known is not None:
        same = (known.person, known.item, known.text) == (actor.person, command.item, text)
        return () if same else no(Code.COMMENT_EXISTS, comment=command.comment)
    about = (command.paper, command.version, command.page)
    if not _has_version(state, seen, command):
        about = ("", 0, 0)
    sent = e.CommentSent(
        command.comment,
        actor.person,
        command.item,
        text,
        *about,
        instead=command.instead,
        readers=command.readers,
    )
    waits = any(one.person == actor.person for one in state.floor)
    if command.instead and waits and command.item == state.current:
        return (sent, e.FloorWithdrawn(actor.person))
    return (sent,)


def _has_version(state: MeetingState, seen: Audience, command: c.SendComment) -> bool:
    found = state.paper(command.paper)
    if found is None:
        return False
    item, paper = found
    shown = not seen.partial or paper.audience == "item"
    return item.id == command.item and shown and 1 <= command.version <= paper.version


def take(state: MeetingState, command: c.TakeComment, _actor: Actor, _now: Time) -> Decision:
    """Put a comment into the minutes, or take it out again."""
    known = state.comments.get(command.comment)
    if known is None:
        return no(Code.COMMENT_UNKNOWN, comment=command.comment)
    if bool(known.taken_at) == command.taken:
        return ()
    return (e.CommentTaken(command.comment, command.taken),)
