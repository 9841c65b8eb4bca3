"""Which job is drawn next: pure book-keeping, no process and no clock.

Every view has one list of wishes, newest wins. A crash puts a job back once; a job that failed is
remembered, so that a poisonous page costs one worker and not one at every turn of a page.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from client.documents.renderer import Deliver, FailureCode, RenderJob

ATTEMPTS = 2
"""How often a job may be there when the worker dies of something else than a time-out."""


@dataclass(slots=True, eq=False)
class Wish:
    """A job and who wants it."""

    view: object
    job: RenderJob
    deliver: Deliver
    attempts: int = 0
    dropped: bool = False


@dataclass(slots=True)
class Schedule:
    """The wishes that wait, and the pages that failed."""

    _waiting: OrderedDict[int, list[Wish]] = field(default_factory=OrderedDict)
    _failed: dict[tuple[str, int], FailureCode] = field(default_factory=dict)
    _second: set[tuple[str, int]] = field(default_factory=set)

    def want(
        self, view: object, jobs: Sequence[RenderJob], deliver: Deliver, running: Iterable[Wish]
    ) -> list[Wish]:
        """Replace what `view` waits for; the running wishes that it has thereby dropped."""
        kept: set[RenderJob] = set()
        dropped = []
        for wish in running:
            if wish.view is not view or wish.dropped:
                continue
            if wish.job in jobs:
                kept.add(wish.job)
            else:
                wish.dropped = True
                dropped.append(wish)
        before = {wish.job: wish for wish in self._waiting.pop(id(view), ())}
        fresh = [
            before.get(job) or Wish(view, job, deliver)
            for job in dict.fromkeys(jobs)
            if job not in kept
        ]
        if fresh:
            self._waiting[id(view)] = fresh
            self._waiting.move_to_end(id(view), last=False)
        return dropped

    @property
    def waits(self) -> bool:
        """Whether anything is wished for."""
        return bool(self._waiting)

    def next(self) -> Wish | None:
        """Take the most urgent wish of the view that spoke last."""
        for key, wishes in self._waiting.items():
            wish = wishes.pop(0)
            if not wishes:
                del self._waiting[key]
            return wish
        return None

    def put_back(self, wish: Wish) -> None:
        """The worker died under this wish through no fault that is known of it."""
        if not wish.dropped:
            self._waiting.setdefault(id(wish.view), []).insert(0, wish)

    def crashed(self, wish: Wish) -> bool:
        """The worker died at this wish: True if it is to be tried once more (and is put back)."""
        wish.attempts += 1
        if wish.attempts < ATTEMPTS:
            self._second.add((wish.job.document, wish.job.page))
            self.put_back(wish)
            return True
        self.failed(wish.job, FailureCode.WORKER_CRASHED)
        return False

    def second(self, wish: Wish) -> bool:
        """The first engine took too long for this page: True if the second is to try it now."""
        place = wish.job.document, wish.job.page
        if place in self._second:
            return False
        self._second.add(place)
        self.put_back(wish)
        return True

    def by_second(self, job: RenderJob) -> bool:
        """Whether this page is drawn by the second engine."""
        return (job.document, job.page) in self._second

    def failed(self, job: RenderJob, code: FailureCode) -> None:
        """Remember that this page cannot be drawn."""
        self._failed[job.document, job.page] = code

    def failure(self, job: RenderJob) -> FailureCode | None:
        """Why this page is not worth trying, if it is not."""
        return self._failed.get((job.document, job.page))

    def retry(self, document: str) -> None:
        """Give the failed pages of a document another chance."""
        for key in [key for key in self._failed if key[0] == document]:
            del self._failed[key]
        self._second = {key for key in self._second if key[0] != document}

    def drop(self, document: str) -> None:
        """Forget all wishes for a document."""
        for key, wishes in list(self._waiting.items()):
            left = [wish for wish in wishes if wish.job.document != document]
            if left:
                self._waiting[key] = left
            else:
                del self._waiting[key]

    def drain(self) -> list[Wish]:
        """Take every wish that waits."""
        taken = [wish for wishes in self._waiting.values() for wish in wishes]
        self._waiting.clear()
        return taken
