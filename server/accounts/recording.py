"""A disk that refuses is told to the person who asked; nothing was done."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from server.database import NotRecorded
from server.protocol.refusals import Code, Refusal

P = ParamSpec("P")
R = TypeVar("R")


def or_not_recorded(call: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R | Refusal]]:
    """Turn `NotRecorded` of the decorated coroutine into its refusal."""

    @wraps(call)
    async def guarded(*args: P.args, **named: P.kwargs) -> R | Refusal:
        try:
            return await call(*args, **named)
        except NotRecorded:
            return Refusal(Code.NOT_RECORDED)

    return guarded
