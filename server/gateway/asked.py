"""Questions that came before: a desk that asks again after a lost line gets the same answer."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine

from server.protocol.ids import DeviceId, RequestId

KEPT = 512


class Asked:
    """The last questions of all desks, in memory only: answers may hold a first PIN."""

    def __init__(self) -> None:
        """Begin with none."""
        self._answers: OrderedDict[tuple[DeviceId, RequestId], asyncio.Task[bytes]] = OrderedDict()

    def once(
        self,
        device: DeviceId,
        request: RequestId,
        answer: Callable[[], Coroutine[None, None, bytes]],
    ) -> "asyncio.Task[bytes]":
        """Return the answer in work or given before; begin it when there is none."""
        key = (device, request)
        task = self._answers.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._answers[key] = asyncio.create_task(answer())
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        return task
