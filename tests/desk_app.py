"""What a page of the desk needs of its app in a test: a real store, and all that is asked of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from client import actions as a
from client.device.enrolment import FirstDesk
from client.state import AppState
from client.store import Store
from server.protocol.commands import Command
from server.protocol.office import Question, Reply
from server.protocol.refusals import Refusal


class DeskApp:
    """Keeps commands, questions and saved files until the test answers them."""

    def __init__(self, stage: Any, state: AppState) -> None:
        self.look = stage.app
        self.store = Store(state, lambda show: show())
        self.sent: list[Command] = []
        self.asked: list[Question] = []
        self.saved: list[tuple[str, Path]] = []
        self.paired: list[tuple[str, str]] = []
        self.first: list[tuple[str, str, FirstDesk]] = []
        self.calm = True
        self._then: list[Callable[[Reply | Refusal], None] | None] = []
        self._kept: list[Callable[[Refusal | None], None]] = []
        self._names = 0

    @property
    def k(self) -> float:
        return float(self.look.k)

    @property
    def language(self) -> str:
        return str(self.look.language)

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.look.tr(key, language, **params))

    def new_id(self) -> str:
        self._names += 1
        return f"new{self._names}"

    def dispatch(self, action: a.Action) -> None:
        self.store.dispatch(action)

    def send(self, command: Command, room: str = "", then: Any = None) -> None:
        self.sent.append(command)

    def ask(
        self, question: Question, then: Callable[[Reply | Refusal], None] | None = None
    ) -> None:
        self.asked.append(question)
        self._then.append(then)

    def answer(self, kind: type, reply: Reply | Refusal) -> None:
        """Answer the newest unanswered question of that kind, as the station does."""
        for place in reversed(range(len(self.asked))):
            question = self.asked[place]
            if isinstance(question, kind):
                break
        else:
            raise AssertionError(f"nobody asked {kind.__name__}")
        then = self._then[place]
        del self.asked[place], self._then[place]
        if isinstance(reply, Refusal):
            if then is None:
                self.dispatch(a.MessageShown(f"refusal.{reply.code}", reply.params))
        else:
            self.dispatch(a.QuestionAnswered(question, reply))
        if then is not None:
            then(reply)

    def save(self, sha256: str, path: Path, then: Callable[[Refusal | None], None]) -> None:
        self.saved.append((sha256, path))
        self._kept.append(then)

    def end_save(self, refusal: Refusal | None = None) -> None:
        """The file is on the disk, or why not."""
        self._kept.pop()(refusal)

    def pair(self, address: str, code: str) -> None:
        self.paired.append((address, code))

    def first_run(self, address: str, code: str, desk: FirstDesk) -> None:
        self.first.append((address, code, desk))

    def become(self, state: AppState) -> None:
        """The store holds this state now, as after frames of the server; watchers see it."""
        self.store._state = state
        self.store.flush()
