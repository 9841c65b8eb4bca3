"""Góp ý: what people on the roll write to the secretary about an item, and what becomes of it."""

from typing import Literal

from server.protocol.ids import (
    CommentId,
    Count,
    ItemId,
    MaybeId,
    Part,
    PersonId,
    Tagged,
    Text,
    Time,
)

Readers = Literal["officers", "members"]
"""officers: secretaries and whoever presides; members: all members too. The writer always."""


class Comment(Part, frozen=True):
    """One comment. `paper`, `version` and `page` (from 1) say what it is about; none is 0.

    `instead`: what the person would have said, had they been given the floor. `taken_at`: when it
    was taken into the minutes, 0 for not.
    """

    id: CommentId
    person: PersonId
    item: ItemId
    text: Text
    at: Time
    paper: MaybeId = ""
    version: Count = 0
    page: Count = 0
    instead: bool = False
    readers: Readers = "officers"
    taken_at: Time = 0


class SendComment(Tagged, frozen=True):
    """Anyone on the roll: a written comment on an item. `instead`: the person leaves the queue."""

    comment: CommentId
    item: ItemId
    text: Text
    paper: MaybeId = ""
    version: Count = 0
    page: Count = 0
    instead: bool = False
    readers: Readers = "officers"


class TakeComment(Tagged, frozen=True):
    """Officers: the comment stands in the minutes, or, with `taken` false, does not."""

    comment: CommentId
    taken: bool = True


class CommentSent(Tagged, frozen=True):
    """Somebody has sent a comment."""

    comment: CommentId
    person: PersonId
    item: ItemId
    text: Text
    paper: MaybeId = ""
    version: Count = 0
    page: Count = 0
    instead: bool = False
    readers: Readers = "officers"


class CommentTaken(Tagged, frozen=True):
    """A comment stands in the minutes, or no longer."""

    comment: CommentId
    taken: bool = True


CommentCommand = SendComment | TakeComment
CommentEvent = CommentSent | CommentTaken
