"""All that waits for the render process, and what becomes of it when the process dies."""

from dataclasses import dataclass, field

from client.documents.papers import Opening, Stage
from client.documents.readings import Reading, Readings
from client.documents.renderer import FailureCode
from client.documents.schedule import ATTEMPTS, Schedule, Wish

Work = Wish | Opening | Reading


@dataclass(slots=True)
class Run:
    """An order that the process has."""

    ticket: int
    work: Work
    slot: int | None = None
    since: float = 0.0


@dataclass(slots=True)
class Waiting:
    """Documents to be opened, pages to be drawn, pages to be read."""

    openings: list[Opening] = field(default_factory=list)
    schedule: Schedule = field(default_factory=Schedule)
    readings: Readings = field(default_factory=Readings)

    def after_death(self, work: Work, *, head: bool, overdue: bool) -> FailureCode | None:
        """Let what the process had wait again; return why a picture will not come, if it will not.

        `head`: the process was at it. `overdue`: the process was killed for taking too long; then
        the second engine tries.
        """
        if isinstance(work, Opening):
            self._open_again(work, head=head, overdue=overdue)
        elif isinstance(work, Reading):
            self.readings.put_back(work, blamed=head, overdue=overdue)
        elif not head:
            self.schedule.put_back(work)
        elif overdue:
            return None if self.schedule.second(work) else FailureCode.PAGE_TIMEOUT
        elif not work.dropped and not self.schedule.crashed(work):
            return FailureCode.WORKER_CRASHED
        return None

    def _open_again(self, opening: Opening, *, head: bool, overdue: bool) -> None:
        """A second time, and by the second engine when the first did not come to an end."""
        opening.attempts += head
        if opening.attempts >= ATTEMPTS:
            opening.free()
            opening.paper.settle(FailureCode.PAPER_UNREADABLE)
            return
        opening.paper.second = opening.paper.second or (head and overdue)
        opening.paper.stage = Stage.COMING
        self.openings.insert(0, opening)

    def give_up(self) -> list[Wish]:
        """No process will start: settle what can be settled, and return what was to be drawn."""
        for opening in self.openings:
            opening.free()
            opening.paper.stage = Stage.AWAY
            if opening.paper.waiters:
                opening.paper.settle(FailureCode.WORKER_CRASHED)
        self.openings.clear()
        self.readings.fail_all()
        return self.schedule.drain()
