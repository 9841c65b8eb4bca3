"""Written comments on this device: words that are not sent yet are kept until they have arrived."""

from dataclasses import dataclass, replace

from client.changes.rooms import message
from client.state import AppState, Pending, current_item
from server.protocol.commands import SendComment
from server.protocol.ids import ItemId
from server.protocol.refusals import Refusal


@dataclass(frozen=True, slots=True)
class CommentDrafted:
    """Action: what is being written on an item; empty when there is nothing any more."""

    item: ItemId
    text: str


def drafted(state: AppState, action: CommentDrafted) -> AppState:
    """Keep what is being written on an item; empty words are no draft."""
    others = {item: text for item, text in state.comment_drafts.items() if item != action.item}
    drafts = {**others, action.item: action.text} if action.text.strip() else others
    return replace(state, comment_drafts=drafts)


def sent(state: AppState, command: SendComment) -> AppState:
    """The words wait to be sent: the draft is done."""
    return drafted(state, CommentDrafted(command.item, ""))


def returned(state: AppState, pending: Pending, command: SendComment, why: Refusal) -> AppState:
    """The words were not taken: they are a draft again, where the writer finds them."""
    room = state.rooms.get(pending.room)
    known = room is not None and room.state.item(command.item) is not None
    item = command.item
    if room is not None and not known:
        item = state.place.item or current_item(room) or item
    text = "\n".join(part for part in (command.text, state.comment_drafts.get(item, "")) if part)
    kept = drafted(state, CommentDrafted(item, text))
    return message(kept, f"refusal.{why.code}", **why.params)
