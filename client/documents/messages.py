"""What is said between the app and the render process, as MessagePack over a pipe.

Not pickle: a hostile PDF that takes over the render process must not be able to run code here.
"""

import msgspec

from client.documents.shape import PageShape
from client.documents.text import Entry, PageText


class Open(msgspec.Struct, frozen=True, tag=True):
    """Open a document from a file, or from `size` bytes of the shared memory `memory`."""

    ticket: int
    document: str
    path: str = ""
    memory: str = ""
    size: int = 0
    second: bool = False
    """With the second engine only: the first one did not come to an end."""


class Shut(msgspec.Struct, frozen=True, tag=True):
    """Close a document."""

    document: str


class Draw(msgspec.Struct, frozen=True, tag=True):
    """Draw `clip` (whole pixels at `scale`) to the ring from byte `offset` on."""

    ticket: int
    document: str
    page: int
    scale: float
    clip: tuple[int, int, int, int]
    offset: int
    second: bool = False


class DrawPreview(msgspec.Struct, frozen=True, tag=True):
    """Draw a whole page `width` pixels wide (less for very long pages), and measure it."""

    ticket: int
    document: str
    page: int
    width: int
    offset: int
    second: bool = False


class Measure(msgspec.Struct, frozen=True, tag=True):
    """Measure a page if that is quick; the ring from byte `offset` on may be drawn to."""

    ticket: int
    document: str
    page: int
    offset: int
    second: bool = False


class Read(msgspec.Struct, frozen=True, tag=True):
    """Tell what is written on a page, and where it leads."""

    ticket: int
    document: str
    page: int
    second: bool = False


class ReadOutline(msgspec.Struct, frozen=True, tag=True):
    """Tell the document's table of contents."""

    ticket: int
    document: str


class Cancel(msgspec.Struct, frozen=True, tag=True):
    """Do not start this job; give it up at the next band if it has started."""

    ticket: int


class Quit(msgspec.Struct, frozen=True, tag=True):
    """Nothing more will come: end."""


PageJob = Draw | DrawPreview | Measure | Read
Job = PageJob | ReadOutline
Work = Open | Job
Order = Open | Shut | Draw | DrawPreview | Measure | Read | ReadOutline | Cancel | Quit


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The render process is up. `modules`: what it must not have loaded, and has."""

    modules: tuple[str, ...] = ()


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The document has so many pages."""

    ticket: int
    pages: int
    may_copy: bool = True


class Drawn(msgspec.Struct, frozen=True, tag=True):
    """The pixels are in the ring. `shape` with previews, and with what could be measured."""

    ticket: int
    width: int
    height: int
    shape: PageShape | None = None
    second: bool = False
    """By the second engine."""


class PageRead(msgspec.Struct, frozen=True, tag=True):
    """The words and links of a page."""

    ticket: int
    text: PageText


class OutlineRead(msgspec.Struct, frozen=True, tag=True):
    """The table of contents; empty where there is none."""

    ticket: int
    entries: tuple[Entry, ...]


class Progress(msgspec.Struct, frozen=True, tag=True):
    """A band of a slow page is done: it is slow, not hanging."""

    ticket: int


class Cancelled(msgspec.Struct, frozen=True, tag=True):
    """The job was given up as asked."""

    ticket: int


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The job could not be done; `code` as in `renderer.FailureCode`."""

    ticket: int
    code: str


Answer = Ready | Opened | Drawn | PageRead | OutlineRead | Progress | Cancelled | Failed

encode = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(Order).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode
