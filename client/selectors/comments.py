"""Written comments: what the person may write about, what has been sent, what officers received."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from client.selectors.floor import name_of
from client.selectors.meeting import presides
from client.selectors.reading import item_on_screen, paper_on_screen, version_on_screen
from client.selectors.words import Words
from client.state import AppState, ReadingPlace, RoomView
from server.protocol.commands import SendComment
from server.protocol.comments import Comment
from server.protocol.ids import CommentId, ItemId
from server.protocol.state import Paper


@dataclass(frozen=True, slots=True)
class CommentForm:
    """What a comment is about. `page`, from 1, is 0 where no page is open."""

    item: ItemId = ""
    title: str = ""
    paper: str = ""
    paper_title: str = ""
    version: int = 0
    page: int = 0
    instead: bool = False
    """The person waits for the floor on this item, or was not called."""
    draft: str = ""


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A group's head, or one comment. `act` names what an officer can do with it."""

    kind: Literal["group", "comment"]
    title: str
    comment: CommentId = ""
    text: str = ""
    line: str = ""
    icon: str = ""
    tone: str = "ink2"
    act: Literal["", "take", "untake"] = ""


@dataclass(frozen=True, slots=True)
class CommentLines:
    """Every comment that this person may read. `open_`: not in the minutes yet, for officers."""

    lines: tuple[CommentLine, ...] = ()
    count: int = 0
    open_: int = 0
    officer: bool = False


def comment_form(state: AppState, item: ItemId) -> CommentForm:
    """Return what a comment on this item would be about."""
    room, words = state.room(), Words.of(state)
    found = room.state.item(item) if room else None
    if room is None or found is None:
        return CommentForm()
    waits = room.personal.place > 0 and item == room.state.current
    form = CommentForm(
        item,
        words("comment.title", n=found.number, title=found.short_title or found.title),
        instead=waits or item in room.personal.unheard,
        draft=state.comment_drafts.get(item, ""),
    )
    paper = paper_on_screen(state, item_on_screen(state, room))
    if item != state.place.item or paper is None or paper.file is None:
        return form
    page = state.places.get(paper.id, ReadingPlace()).page + 1
    version = version_on_screen(state, paper)
    title = _title(words, paper, version)
    return CommentForm(
        form.item, form.title, paper.id, title, version, page, form.instead, form.draft
    )


def _title(words: Words, paper: Paper, version: int) -> str:
    return f"{paper.title}, {words('doc.ver', n=version)}" if paper.version > 1 else paper.title


def reads_all(state: AppState, room: RoomView) -> bool:
    """Say whether this person is an officer, who receives the comments."""
    entry = room.state.roll.get(state.login.person if state.login else "")
    secretary = entry is not None and entry.role == "secretary"
    return state.kind == "desk" or secretary or presides(state, room)


def comment_lines(state: AppState) -> CommentLines:
    """Return the comments of the meeting on screen by item, each item's oldest first."""
    room = state.room()
    if room is None:
        return CommentLines()
    officer = reads_all(state, room)
    known = {**room.state.comments, **room.personal.comments}
    told = sorted(known.values(), key=lambda one: one.at)
    comments = [*told, *_waiting(state, room, known)]
    lines: list[CommentLine] = []
    for item, head in _heads(state, room):
        own = [one for one in comments if one.item == item or (not item and _gone(room, one))]
        if own:
            lines.append(CommentLine("group", head))
            lines += (_line(state, room, one, officer=officer) for one in own)
    open_ = sum(not one.taken_at for one in room.state.comments.values())
    return CommentLines(tuple(lines), len(comments), open_ if officer else 0, officer)


def _waiting(state: AppState, room: RoomView, known: dict[CommentId, Comment]) -> Iterator[Comment]:
    """Yield what is on this device and not at the server yet: sent at time 0."""
    person = state.login.person if state.login else ""
    for one in state.pending:
        command = one.command
        if not isinstance(command, SendComment) or command.comment in known:
            continue
        if one.room == room.state.id:
            yield Comment(
                command.comment,
                person,
                command.item,
                command.text,
                0,
                command.paper,
                command.version,
                command.page,
                command.instead,
                command.readers,
            )


def _heads(state: AppState, room: RoomView) -> Iterator[tuple[ItemId, str]]:
    words = Words.of(state)
    for item in room.state.items:
        yield item.id, words("comment.group", n=item.number, title=item.title)
    yield "", words("comment.group.gone")


def _gone(room: RoomView, comment: Comment) -> bool:
    return room.state.item(comment.item) is None


def _line(state: AppState, room: RoomView, one: Comment, *, officer: bool) -> CommentLine:
    words = Words.of(state)
    mine = state.login is not None and one.person == state.login.person
    if not one.at:
        told, icon, tone = words("comment.waiting"), "clock", "amb"
    elif one.taken_at:
        told, icon, tone = words("comment.taken", t=words.time(one.taken_at)), "check", "grn"
    else:
        told, icon, tone = words("comment.sent.at", t=words.time(one.at)), "send", "ink2"
    name = words("comment.own") if mine else name_of(room, one.person)
    facts = (told, *_facts(words, room, one))
    act: Literal["", "take", "untake"] = "untake" if one.taken_at else "take"
    return CommentLine(
        "comment",
        name,
        one.id,
        one.text,
        " · ".join(facts),
        icon,
        tone,
        act if officer and one.at else "",
    )


def _facts(words: Words, room: RoomView, one: Comment) -> Iterator[str]:
    found = room.state.paper(one.paper)
    if found is not None:
        yield words("comment.place", paper=_title(words, found[1], one.version), n=one.page)
    if one.instead:
        yield words("comment.mark.instead")
    if one.readers == "members":
        yield words("comment.mark.members")
