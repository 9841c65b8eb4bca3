"""Pairing a device with a server: what is typed, what went wrong, the number to compare."""

from dataclasses import dataclass

from client.selectors.words import Words
from client.state import AppState
from server.protocol.refusals import Code

CODE_LETTERS = 16
AGAIN = frozenset({Code.DEVICE_UNKNOWN, Code.DEVICE_REVOKED, Code.SIGNATURE_WRONG})
"""Refusals of a paired device after which only pairing anew helps."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """`waiting`: the number is on the screen; `steps`: what to do about an error."""

    waiting: bool
    number: str
    busy: bool
    error: str
    steps: str
    desk: bool


def pairing(state: AppState) -> Pairing:
    """Return what the pairing screen shows."""
    words, refusal = Words.of(state), state.sign_in_refusal
    waiting = state.line == "waiting"
    if refusal is not None and refusal.code is Code.DEVICE_WAITING:
        refusal = None
    error = steps = ""
    if refusal is not None and refusal.code is Code.SERVER_UNREACHABLE:
        error = words("err.title")
        steps = "\n".join(words(f"pair.err.s{n}") for n in (1, 2, 3))
    elif refusal is not None:
        error = words.refusal(refusal)
    return Pairing(
        waiting=waiting,
        number=state.comparison,
        busy=state.busy,
        error=error,
        steps=steps,
        desk=state.kind == "desk",
    )


def must_pair_again(state: AppState) -> bool:
    """Say whether the server no longer takes this device."""
    refusal = state.sign_in_refusal
    return state.line == "refused" and refusal is not None and refusal.code in AGAIN


def missing_letters(code: str) -> int:
    """Return how many letters a typed code still lacks; a scanned one lacks none."""
    bare = code.replace(" ", "").replace("-", "")
    return 0 if bare.startswith("PHIENHOP") else max(0, CODE_LETTERS - len(bare))
