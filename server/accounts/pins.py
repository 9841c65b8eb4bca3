"""PINs and passphrases: which are taken, how first ones are made, how they are kept (Argon2id).

A PIN of six digits opens a tablet, a passphrase of ten or more characters a desk. Weak PINs are
refused because six digits leave little room: the list is those that people choose first.
"""

import asyncio
import secrets
import threading
from itertools import pairwise
from typing import Literal

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from msgspec import Struct

from server.accounts.login import DeviceKind
from server.protocol.office import OfficeRole
from server.protocol.refusals import Code, Refusal

SecretKind = Literal["pin", "passphrase"]
PIN_DIGITS = 6
PASSPHRASE_CHARACTERS = 10
_SALT_BYTES = 16
_KEY_BYTES = 32
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of a first passphrase: none that is mistaken for another on paper."""


class Cost(Struct, frozen=True):
    """What one hash costs: passes, memory in KiB, lanes (RFC 9106)."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


FIRST = Cost(passes=1, memory_kib=8 * 1024, lanes=1)
"""For first PINs: random, changed at first sign-in, and made for a whole body at once."""


def kind_for(role: OfficeRole) -> SecretKind | None:
    """Return what a person of that role signs in with; None for displays, which need nothing."""
    if role in ("secretary", "technician"):
        return "passphrase"
    return None if role == "display" else "pin"


def kind_on(device: DeviceKind) -> SecretKind | None:
    """Return what is asked for on a device of that kind; None on a display."""
    kinds: dict[DeviceKind, SecretKind | None] = {
        "tablet": "pin",
        "desk": "passphrase",
        "display": None,
    }
    return kinds[device]


def refuse_weak(kind: SecretKind, text: str) -> Refusal | None:
    """Return why a person may not choose this, or None."""
    if kind == "passphrase":
        few = len(set(text)) < PIN_DIGITS
        short = len(text) < PASSPHRASE_CHARACTERS
        return Refusal(Code.PIN_WEAK, {"least": PASSPHRASE_CHARACTERS}) if short or few else None
    digits = len(text) == PIN_DIGITS and text.isascii() and text.isdigit()
    if not digits or _guessable(text):
        return Refusal(Code.PIN_WEAK, {"digits": PIN_DIGITS})
    return None


def _guessable(pin: str) -> bool:
    """One or two digits only, a run up or down, a half or third repeated, a mirror image."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    runs = len(steps) == 1
    repeats = pin[:3] == pin[3:] or pin[:2] * 3 == pin
    return runs or repeats or len(set(pin)) < 3 or pin == pin[::-1]  # noqa: PLR2004 - two digits


def first_secret(kind: SecretKind) -> str:
    """Return a new random PIN or passphrase that the rules above would take."""
    if kind == "passphrase":
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        return "-".join(groups)
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        if refuse_weak("pin", pin) is None:
            return pin


_ONE_AT_A_TIME = threading.Lock()
"""Two Argon2id of several lanes at once wait for each other's threads for ever (OpenSSL 3)."""


class Hasher:
    """Argon2id off the event loop, one at a time: each takes 64 MiB and a third of a second."""

    def __init__(self, cost: Cost | None = None, first: Cost = FIRST) -> None:
        self._cost = cost or Cost()
        self._first = first
        self._turn = asyncio.Semaphore(1)

    async def hash(self, text: str, *, first: bool = False) -> str:
        """Return what is kept (PHC string with its own salt and cost)."""
        async with self._turn:
            return await asyncio.to_thread(_hash, text, self._first if first else self._cost)

    async def matches(self, text: str, kept: str) -> bool:
        """Say whether `text` is the secret that was kept, at the cost it was kept with."""
        async with self._turn:
            return await asyncio.to_thread(_matches, text, kept)


def _hash(text: str, cost: Cost) -> str:
    argon = Argon2id(
        salt=secrets.token_bytes(_SALT_BYTES),
        length=_KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    with _ONE_AT_A_TIME:
        return argon.derive_phc_encoded(text.encode())


def _matches(text: str, kept: str) -> bool:
    try:
        with _ONE_AT_A_TIME:
            Argon2id.verify_phc_encoded(text.encode(), kept)
    except InvalidKey:
        return False
    return True
