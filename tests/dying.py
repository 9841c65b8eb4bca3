"""A real render process that dies at a page, for what then becomes of the page."""

from client.documents import messages
from client.documents.child import Child
from client.documents.process_renderer import ProcessRenderer
from client.documents.schedule import Wish


class Dying(ProcessRenderer):
    """Its process dies at what it is drawing of one page: by the first engine, and by the second.

    It is ended as its answer arrives, which is lost with it: whatever the machine is busy with,
    the page is never drawn here.
    """

    def __init__(self) -> None:
        super().__init__(niceness=0)
        self.dies_at: tuple[str, int] | None = None
        """A document and its page; nothing, and it is well."""
        self.died: set[int] = set()
        """The process ids of those that died."""

    def _answered(self, child: Child, answer: messages.Answer) -> None:
        head = self._running[0].work if self._ready and self._running else None
        if isinstance(head, Wish) and (head.job.document, head.job.page) == self.dies_at:
            self.died.add(child.pid)
            child.kill()
        else:
            super()._answered(child, answer)
