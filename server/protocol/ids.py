"""Names of things on the wire: what an identifier, a text, a hash and a time look like.

Identifiers are made by whoever creates the thing (the client, for an item or a ballot), so that a
request sent twice creates it once. Times are integers: milliseconds since 1970-01-01 UTC, always
the server's clock. Texts are Unicode NFC; the codec normalises what it decodes.
"""

from typing import Annotated

from msgspec import Meta, Struct

_ID = Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")

OrganizationId = Annotated[str, _ID]
PersonId = Annotated[str, _ID]
MeetingId = Annotated[str, _ID]
"""A meeting's identifier is also the name of its room."""
ItemId = Annotated[str, _ID]
PaperId = Annotated[str, _ID]
PollId = Annotated[str, _ID]
SeriesId = Annotated[str, _ID]
"""A sitting: questions that are asked together."""
BallotId = Annotated[str, _ID]
DeviceId = Annotated[str, _ID]
RequestId = Annotated[str, _ID]
ChangeId = Annotated[str, _ID]
UploadId = Annotated[str, _ID]
CommentId = Annotated[str, _ID]

MaybeId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}\Z")]
"""An identifier, or the empty text for none."""

Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
"""32 bytes in base64url without padding: a public key."""
Envelope = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,24000}\Z")]
"""A sealed ballot in base64url without padding; nobody but the openers reads it."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
MaybeSha256 = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]
"""A hash, or the empty text for none."""
Time = Annotated[int, Meta(ge=0, le=253_402_300_799_000)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Size = Annotated[int, Meta(ge=0, le=2**40)]
"""Bytes."""
Line = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=8_000)]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A value inside a frame: immutable, strict about unknown keys."""


class Tagged(Part, frozen=True, tag_field="t", tag=True):
    """A value that says on the wire what it is: key `t` holds the name of the type."""
