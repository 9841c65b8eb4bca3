"""The renderer that the client uses: one spawned process, watched over from the UI's loop.

At most two orders are with the process: the one it works on and the next, so that it never waits
for a frame of the UI, and yet nearly everything can still be dropped when the reader moves on.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Sequence
from typing import Any

from client.documents import messages
from client.documents.child import Child
from client.documents.papers import Opening, Paper, Stage, bring, rest
from client.documents.readings import OUTLINE, Reading
from client.documents.renderer import (
    BUDGET,
    PREVIEW_WIDTH,
    Deliver,
    FailureCode,
    Measure,
    Preview,
    Rendered,
    RenderFailure,
    RenderJob,
    Source,
)
from client.documents.ring import SLOT_BYTES, Ring
from client.documents.schedule import Wish
from client.documents.shape import DocumentShape
from client.documents.text import Entry, PageText
from client.documents.waiting import Run, Waiting

_LOG = logging.getLogger(__name__)

AT_ONCE = 2
SLOTS = 4
START_SECONDS = 30.0
SLOWEST = 3
"""A page that does get further may take this many budgets in all."""
STARTS = 3
"""Render processes that die before they are ready, until the waiting jobs are given up."""


class ProcessRenderer:
    """`Renderer` by a process of its own. Make it and use it inside a running asyncio loop.

    `budget`: seconds without progress after which a page has failed. `niceness`: how far the
    process stands back for the UI on a busy machine.
    """

    def __init__(self, *, budget: float = BUDGET, niceness: int = 10) -> None:
        self._budget = budget
        self._niceness = niceness
        self._loop = asyncio.get_running_loop()
        self._ring = Ring(SLOTS)
        self._waiting = Waiting()
        self._schedule = self._waiting.schedule
        self._readings = self._waiting.readings
        self._papers: dict[str, Paper] = {}
        self._fetching: set[asyncio.Task[None]] = set()
        self._openings = self._waiting.openings
        self._running: list[Run] = []
        self._tickets = itertools.count(1)
        self._child: Child | None = None
        self._ready = False
        self._false_starts = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._overdue = False
        self._closed = False

    @property
    def pid(self) -> int:
        """The render process, 0 while there is none."""
        return self._child.pid if self._child else 0

    @property
    def busy(self) -> bool:
        """Whether the process has something to do."""
        return bool(self._running)

    def start(self) -> None:
        """Start the process now, before it is needed: it takes 0.2 to 0.4 s."""
        if self._child is None and not self._closed:
            self._ready = False
            self._child = Child(self._ring.name, self._niceness, self._answered, self._died)
            self._watch(START_SECONDS)

    async def open(self, document: str, source: Source) -> DocumentShape | RenderFailure:
        """See `Renderer.open`."""
        paper = self._papers.get(document)
        if paper is None or paper.failure is not None:
            paper = self._papers[document] = Paper(document, source)
        if paper.pages:
            return paper.result()
        future: asyncio.Future[DocumentShape | RenderFailure] = self._loop.create_future()
        paper.waiters.append(future)
        if paper.stage is Stage.AWAY:
            self._load(paper)
        return await future

    def want(self, view: object, jobs: Sequence[RenderJob], deliver: Deliver) -> None:
        """See `Renderer.want`."""
        running = [run.work for run in self._running if isinstance(run.work, Wish)]
        for wish in self._schedule.want(view, jobs, deliver, running):
            ticket = next(run.ticket for run in self._running if run.work is wish)
            self._send(messages.Cancel(ticket))
        self._pump()

    async def read(self, document: str, page: int) -> PageText | RenderFailure:
        """See `Renderer.read`."""
        result: PageText | RenderFailure = await self._ask(document, page)
        return result

    async def outline(self, document: str) -> tuple[Entry, ...] | RenderFailure:
        """See `Renderer.outline`."""
        result: tuple[Entry, ...] | RenderFailure = await self._ask(document, OUTLINE)
        return result

    async def _ask(self, document: str, page: int) -> Any:
        reading = Reading(document, page, self._loop.create_future())
        if self._closed or document not in self._papers:
            reading.fail(FailureCode.PAPER_UNREADABLE)
        self._readings.add(reading)
        self._pump()
        return await reading.answer

    def retry(self, document: str) -> None:
        """See `Renderer.retry`."""
        self._schedule.retry(document)

    def shut(self, document: str) -> None:
        """See `Renderer.shut`."""
        paper = self._papers.pop(document, None)
        self._schedule.drop(document)
        self._schedule.retry(document)
        self._readings.drop(document)
        for run in self._running:
            if isinstance(run.work, Wish) and run.work.job.document == document:
                run.work.dropped = True
        if paper is not None:
            paper.settle(FailureCode.PAPER_UNREADABLE)
            self._send(messages.Shut(document))

    async def close(self) -> None:
        """See `Renderer.close`."""
        if self._closed:
            return
        self._closed = True
        self._watch(None)
        child = self._child
        if child is not None:
            await child.stop(gently=self._ready and not self._running)
        for paper in self._papers.values():
            paper.settle(FailureCode.WORKER_CRASHED)
        await asyncio.gather(*self._fetching)
        for opening in self._openings:
            opening.free()
        for run in self._running:
            self._free(run)
            if isinstance(run.work, Reading):
                run.work.fail(FailureCode.WORKER_CRASHED)
        self._readings.fail_all()
        self._ring.close()

    # Orders out

    def _pump(self) -> None:
        """Give the process as much as it may have."""
        while not self._closed and len(self._running) < AT_ONCE:
            if self._openings:
                self._give_opening(self._openings.pop(0))
                continue
            if self._give_reading():
                continue
            slot = self._ring.take()
            if slot is None:
                return
            wish = self._next()
            if wish is None:
                self._ring.give_back(slot)
                if not self._openings and not self._give_reading():
                    return
                continue
            self._give(wish, slot)

    def _give_reading(self) -> bool:
        """Ask the next question whose turn it is; False if there is none that can be asked."""
        reading = self._readings.next(drawing=self._schedule.waits)
        if reading is None:
            return False
        paper = self._papers.get(reading.document)
        if paper is None or paper.failure is not None:
            reading.fail((paper and paper.failure) or FailureCode.PAPER_UNREADABLE)
        elif paper.stage is not Stage.THERE:
            self._readings.put_back(reading, blamed=False, overdue=False)
            if paper.stage is Stage.AWAY:
                self._load(paper)
            return False
        else:
            ticket = next(self._tickets)
            self._order(Run(ticket, reading), reading.order(ticket))
        return True

    def _next(self) -> Wish | None:
        """The next wish that can be given; a wish whose paper must be opened first waits."""
        while (wish := self._schedule.next()) is not None:
            paper = self._papers.get(wish.job.document)
            code = self._schedule.failure(wish.job)
            if paper is None or paper.failure is not None:
                code = (paper and paper.failure) or FailureCode.PAPER_UNREADABLE
            if code is not None:
                self._fail(wish, code)
            elif paper is not None and paper.stage is not Stage.THERE:
                self._schedule.put_back(wish)
                if paper.stage is Stage.AWAY:
                    self._load(paper)
                return None
            else:
                return wish
        return None

    def _load(self, paper: Paper) -> None:
        paper.stage = Stage.COMING
        task = self._loop.create_task(self._fetch(paper))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    async def _fetch(self, paper: Paper) -> None:
        try:
            opening = await asyncio.to_thread(bring, paper)
        except Exception:  # noqa: BLE001  the source is another's code
            # Whatever the library found wrong with its copy, to a reader it is the same.
            _LOG.exception("A paper's bytes cannot be had")
            paper.settle(FailureCode.PAPER_UNREADABLE)
            self._pump()
            return
        if self._closed or self._papers.get(paper.document) is not paper:
            opening.free()
            return
        self._openings.append(opening)
        self._pump()

    def _give(self, wish: Wish, slot: int) -> None:
        job, ticket, offset = wish.job, next(self._tickets), slot * SLOT_BYTES
        where, second = (job.document, job.page), self._schedule.by_second(wish.job)
        self._papers[job.document].used = ticket
        order: messages.Order
        if isinstance(job, Preview):
            order = messages.DrawPreview(ticket, *where, PREVIEW_WIDTH, offset, second)
        elif isinstance(job, Measure):
            order = messages.Measure(ticket, *where, offset, second)
        else:
            order = messages.Draw(ticket, *where, job.scale, job.clip, offset, second)
        self._order(Run(ticket, wish, slot), order)

    def _give_opening(self, opening: Opening) -> None:
        if self._papers.get(opening.paper.document) is not opening.paper:
            opening.free()
            return
        opening.paper.stage = Stage.THERE
        opening.paper.used = ticket = next(self._tickets)
        self._order(Run(ticket, opening), opening.order(ticket))
        rest(self._papers.values(), self._send)

    def _order(self, run: Run, order: messages.Order) -> None:
        self.start()
        self._running.append(run)
        self._send(order)
        if len(self._running) == 1 and self._ready:
            self._begin()

    def _send(self, order: messages.Order) -> None:
        if self._child is not None:
            self._child.send(order)

    # Answers in

    def _answered(self, child: Child, answer: messages.Answer) -> None:
        if child is not self._child or self._closed:
            return
        if isinstance(answer, messages.Ready):
            self._ready, self._false_starts = True, 0
            self._begin()
            return
        run = self._running[0] if self._running else None
        if run is None or run.ticket != answer.ticket:
            child.kill()  # it does not keep to the order: it is no longer ours
        elif isinstance(answer, messages.Progress):
            if self._loop.time() - run.since < self._budget * (SLOWEST - 1):
                self._watch(self._budget)
        else:
            self._running.pop(0)
            self._begin()
            self._finish(run, answer)
            self._pump()

    def _finish(self, run: Run, answer: messages.Answer) -> None:
        work = run.work
        if isinstance(work, Opening):
            self._free(run)
            self._opened(work, answer)
        elif isinstance(work, Reading):
            work.take(answer)
        elif work.dropped or isinstance(answer, messages.Cancelled):
            self._free(run)
        elif isinstance(answer, messages.Drawn) and run.slot is not None:
            size = min(answer.width * answer.height * 4, SLOT_BYTES)
            pixels, release = self._ring.lend(run.slot, size)
            work.deliver(
                Rendered(
                    work.job,
                    answer.width,
                    answer.height,
                    pixels,
                    self._releasing(release),
                    answer.shape,
                    answer.second,
                )
            )
        else:
            self._free(run)
            self._fail(work, FailureCode.PAGE_FAILED)

    def _releasing(self, release: Callable[[], None]) -> Callable[[], None]:
        def done() -> None:
            release()
            self._pump()

        return done

    def _opened(self, opening: Opening, answer: messages.Answer) -> None:
        paper = opening.paper
        if isinstance(answer, messages.Opened):
            paper.pages, paper.may_copy = answer.pages, answer.may_copy
            paper.settle(None)
        else:
            paper.settle(FailureCode.PAPER_UNREADABLE)

    def _fail(self, wish: Wish, code: FailureCode) -> None:
        self._schedule.failed(wish.job, code)
        if not wish.dropped:
            failure = RenderFailure(code, wish.job.document, wish.job)
            self._loop.call_soon(wish.deliver, failure)

    def _free(self, run: Run) -> None:
        if run.slot is not None:
            self._ring.give_back(run.slot)
            run.slot = None
        if isinstance(run.work, Opening):
            run.work.free()

    # Watching over the process

    def _begin(self) -> None:
        """The order at the head is being worked on from now on."""
        if self._running:
            self._running[0].since = self._loop.time()
        self._watch(self._budget if self._running else None)

    def _watch(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self._loop.call_later(seconds, self._late)

    def _late(self) -> None:
        if self._child is not None:
            self._overdue = True
            self._child.kill()

    def _died(self, child: Child) -> None:
        """The process is gone: blame the head, give the rest to a new one."""
        if child is not self._child or self._closed:
            return
        self._watch(None)
        overdue, self._overdue, self._child = self._overdue, False, None
        runs, self._running = self._running, []
        for paper in self._papers.values():
            if paper.stage is Stage.THERE:
                paper.stage = Stage.AWAY
        for position, run in reversed(list(enumerate(runs))):
            self._after_death(run, head=position == 0 and self._ready, overdue=overdue)
        if not self._ready:
            self._false_starts += 1
        self._ready = False
        if self._false_starts >= STARTS:
            self._give_up()
        self._pump()

    def _after_death(self, run: Run, *, head: bool, overdue: bool) -> None:
        if not isinstance(run.work, Opening):
            self._free(run)
        code = self._waiting.after_death(run.work, head=head, overdue=overdue)
        if code is not None and isinstance(run.work, Wish):
            self._fail(run.work, code)

    def _give_up(self) -> None:
        """No process will start: say so, and try again only when asked for something new."""
        self._false_starts = 0
        for wish in self._waiting.give_up():
            failure = RenderFailure(FailureCode.WORKER_CRASHED, wish.job.document, wish.job)
            self._loop.call_soon(wish.deliver, failure)
