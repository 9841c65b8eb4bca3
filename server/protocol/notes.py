"""What the notes' line says: sealed entries that the server stores and relays but cannot read.

`SPEC.md` section 15 has the rules, and how clients seal what they send. Every sealed text is
base64url of bytes that only the person's own devices, or the readers of a share, can open.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.ids import DeviceId, MaybeId, Part, PersonId, RequestId, Size, Tagged, Time

LOG_PATTERN = r"^[0-9a-f]{32}\Z"
SEALED_MAX = 310_000
"""Characters."""
ENTRIES_MAX = 64
READERS_MAX = 200

LogId = Annotated[str, Meta(pattern=LOG_PATTERN)]
"""A log's name is a keyed hash: the server does not learn whose paper it is about."""
KeyId = Annotated[str, Meta(pattern=LOG_PATTERN)]
WriterId = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
"""Whoever numbers entries: one run of one client, so that no number is ever used twice."""
ShareId = Annotated[str, Meta(pattern=LOG_PATTERN)]
Number = Annotated[int, Meta(ge=1, le=2**40)]
Sealed = Annotated[str, Meta(pattern=rf"^[A-Za-z0-9_-]{{1,{SEALED_MAX}}}={{0,2}}\Z")]
Public = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
"""32 bytes of an X25519 public key."""
Token = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,512}\Z")]


class NoteEntry(Part, frozen=True):
    """One sealed operation of one log. Never changes; named by log, writer and number."""

    log: LogId
    writer: WriterId
    number: Number
    sealed: Sealed


class WrappedKey(Part, frozen=True):
    """The person's key, wrapped; or, of kind `request`, a device's public key that asks for it."""

    kind: Literal["passphrase", "code", "device", "request"]
    key: KeyId
    sealed: Sealed
    salt: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}\Z")] = ""
    device: MaybeId = ""
    """Of kinds `device` and `request`: which device."""


class NoteCopy(Part, frozen=True):
    """What one reader of a share gets, sealed to their public key."""

    person: PersonId
    sealed: Sealed


class SharedNote(Part, frozen=True):
    """A share as its reader gets it."""

    share: ShareId
    sender: PersonId
    at: Time
    sealed: Sealed


# ---- from a client -------------------------------------------------------------------------------


class AllowNotes(Tagged, frozen=True):
    """Meeting line: a token for the notes of this person on this device, which outlives the login.

    `key` and `public` become the person's where there are none yet.
    """

    id: RequestId


class OpenNotes(Tagged, frozen=True):
    """Notes' line: begin. `after`: the position held, of that `epoch`."""

    token: Token
    key: KeyId
    public: Public
    epoch: MaybeId = ""
    after: Size = 0


class PutNotes(Tagged, frozen=True):
    """Notes' line: keep these entries and relay them to the person's other devices."""

    id: RequestId
    entries: Annotated[tuple[NoteEntry, ...], Meta(min_length=1, max_length=ENTRIES_MAX)]


class PutNoteKey(Tagged, frozen=True):
    """Notes' line: keep a wrapping of the person's key, or a request for one."""

    id: RequestId
    key: WrappedKey


class ResetNotes(Tagged, frozen=True):
    """Notes' line: every key is lost; begin anew under this one, without the entries of before."""

    id: RequestId
    key: KeyId
    public: Public


class FindReaders(Tagged, frozen=True):
    """Notes' line: the public keys of these people, to share something with them."""

    id: RequestId
    people: Annotated[tuple[PersonId, ...], Meta(min_length=1, max_length=READERS_MAX)]


class ShareNotes(Tagged, frozen=True):
    """Notes' line: give each reader their copy; the same share again replaces it."""

    id: RequestId
    share: ShareId
    copies: Annotated[tuple[NoteCopy, ...], Meta(min_length=1, max_length=READERS_MAX)]


class UnshareNotes(Tagged, frozen=True):
    """Notes' line: take a share back from all its readers."""

    id: RequestId
    share: ShareId


# ---- from the server -----------------------------------------------------------------------------


class NotesAllowed(Tagged, frozen=True):
    """The token for the notes' line."""

    id: RequestId
    token: Token


class NotesOpened(Tagged, frozen=True):
    """Notes' line: whose key counts and how it is wrapped. What came after `after` follows."""

    person: PersonId
    device: DeviceId
    key: KeyId
    epoch: MaybeId
    position: Size
    wrapped: tuple[WrappedKey, ...] = ()


class NotesArrived(Tagged, frozen=True):
    """Notes' line: entries of the person's devices, up to `position`."""

    position: Size
    entries: tuple[NoteEntry, ...]


class NotesKept(Tagged, frozen=True):
    """Notes' line: the entries of that request are on the server's disk.

    `position`: everything up to it has been sent on this line or came from it; 0: not said.
    """

    id: RequestId
    position: Size = 0


class NoteKeys(Tagged, frozen=True):
    """Notes' line: the wrappings of the person's key, whole, when they change."""

    wrapped: tuple[WrappedKey, ...]


class Readers(Tagged, frozen=True):
    """Notes' line: the public keys of those who can be shared with."""

    id: RequestId
    keys: Mapping[PersonId, Public]


class NotesShared(Tagged, frozen=True):
    """Notes' line: everything that others share with this person now, a page at a time.

    `first`: forget what was held; then each one adds or replaces a share.
    """

    shared: tuple[SharedNote, ...]
    first: bool = False


class NotesUnshared(Tagged, frozen=True):
    """Notes' line: a share was taken back; delete it."""

    share: ShareId
    sender: PersonId
