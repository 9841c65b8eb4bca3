"""What a screen asks of the app that shows it, beside the look of ``client.widgets.look.Look``."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from client.actions import Action
from client.documents.renderer import Renderer, RenderFailure
from client.documents.searching import Searching
from client.documents.shape import DocumentShape
from client.documents.text import PageText
from client.notes.copies import Copy
from client.notes.notes import Notes
from client.state import AppState
from client.store import Store
from server.protocol.commands import Command
from server.protocol.ids import PersonId
from server.protocol.refusals import Refusal
from server.protocol.state import ShownPage

T = TypeVar("T")


class Host(Protocol):
    """The app. Nothing here waits, but `open_paper`; answers come back as state."""

    store: Store
    k: float
    language: str
    renderer: Renderer
    searching: Searching
    named_server: str
    """Where the server is, as the program was started with; empty when nobody said."""
    notes: Notes
    """The private notes of the person who is here; how they stand is in `AppState.notes`."""
    typed_secret: str
    """What was typed to sign in, until the person has chosen their own; empty at first."""

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        """See `Look.tr`."""

    def dispatch(self, action: Action) -> None:
        """Take an action into the store."""

    def send(self, command: Command, room: str = "") -> None:
        """Ask a meeting (the one on screen); sent once, however often the line goes down."""

    def pair(self, address: str, code: str) -> None:
        """Pair with the server at host:port by the code from the desk."""

    def unpair(self) -> None:
        """Forget the server, so that the device can be paired anew."""

    def sign_in(self, person: PersonId, secret: str) -> None:
        """Sign in with a PIN or passphrase; offline by what the device holds."""

    def sign_out(self) -> None:
        """Nobody is signed in any more."""

    def change_pin(self, old: str, new: str) -> None:
        """Change the person's own PIN."""

    def reconnect(self) -> None:
        """Try the line, and every download, again now."""

    def show_page(self, page: ShownPage | None) -> None:
        """Show this page to everyone who follows; None ends it."""

    async def read_page(self, sha256: str, page: int) -> PageText | RenderFailure:
        """Return the words of a page, from 1, of an open paper, those found in a scan too."""

    async def open_paper(self, sha256: str) -> DocumentShape | RenderFailure:
        """Open a paper that is stored here, for `renderer`."""

    def copy_marked(self, copy: Copy, then: Callable[[Refusal | None], None]) -> None:
        """Write a copy of a paper with the person's marks (or without) to a file of their own."""

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the window; a failure is said and ends nothing."""

    def found_servers(self, tell: Callable[[tuple[str, ...]], None]) -> Callable[[], None]:
        """Tell of servers on this network as host:port, never trusted; the result ends that."""


Select = Callable[[AppState], T]
