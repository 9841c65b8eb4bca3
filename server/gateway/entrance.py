"""The first phases of a connection: a device proves its key, a person signs in (SPEC 2 to 4)."""

import asyncio
from base64 import urlsafe_b64encode

from msgspec.structs import replace

from server.accounts import Login
from server.gateway.caller import Caller
from server.gateway.line import POLICY, Ended, request_id
from server.gateway.ports import Commons
from server.protocol.frames import (
    PROTOCOL,
    Authenticate,
    Authenticated,
    Challenge,
    ChangePin,
    FirstRun,
    Pair,
    Paired,
    Refused,
    Resume,
    SignedIn,
    SignIn,
    SignOut,
)
from server.protocol.refusals import Code, Refusal

NONCE_BYTES = 32


def nonce(commons: Commons) -> str:
    """Return a fresh challenge in base64url."""
    return urlsafe_b64encode(commons.random(NONCE_BYTES)).rstrip(b"=").decode()


async def enter(commons: Commons, caller: Caller) -> None:
    """Challenge the device; returns once it has proved its key. Raises Ended.

    The first frame must come soon; a device that has paired may wait to be approved.
    """
    line = caller.line
    line.send(
        Challenge(
            nonce=caller.nonce,
            server=commons.name,
            protocol=PROTOCOL,
            ca_sha256=commons.ca_sha256.hex(),
            now=commons.now(),
            empty=commons.accounts.empty,
        )
    )
    seconds = commons.limits.first_frame_seconds
    while caller.device is None:
        try:
            async with asyncio.timeout(seconds):
                frame = await line.frame()
        except TimeoutError:
            raise Ended(POLICY, "nothing was said") from None
        match frame:
            case Authenticate():
                await _authenticate(commons, caller, frame)
            case Pair() | FirstRun():
                if await _pair(commons, caller, frame):
                    seconds = commons.limits.waiting_seconds
            case _:
                line.refuse(Code.OUT_OF_TURN, request_id(frame))


async def _authenticate(commons: Commons, caller: Caller, frame: Authenticate) -> None:
    line = caller.line
    if frame.protocol != PROTOCOL:
        line.refuse(Code.PROTOCOL_VERSION, server=PROTOCOL, client=frame.protocol)
        raise Ended(POLICY, "protocol version")
    device = await commons.accounts.authenticate(frame.device, frame.signature, caller.nonce)
    if isinstance(device, Refusal):
        line.send(Refused(device))
        if device.code is not Code.DEVICE_WAITING:
            raise Ended(POLICY, device.code)
        caller.waiting = frame.device
        return
    caller.device, caller.waiting = device, ""
    await reopen(commons, caller)


async def reopen(commons: Commons, caller: Caller) -> None:
    """After signing out: who may sign in on this device now. Raises Ended when nobody may."""
    if caller.device is None:
        raise Ended(POLICY, "no device")
    seats = await _seats(commons, caller.device.id)
    if isinstance(seats, Refusal):
        caller.line.send(Refused(seats))
        raise Ended(POLICY, seats.code)
    caller.line.send(seats)


async def _seats(commons: Commons, device: str) -> Authenticated | Refusal:
    seats = await commons.accounts.seats(device)
    if isinstance(seats, Refusal) or not seats.own:
        return seats
    return replace(seats, card=commons.rooms.next_card(seats.own))


async def _pair(commons: Commons, caller: Caller, frame: Pair | FirstRun) -> bool:
    if isinstance(frame, Pair):
        paired: Paired | Refusal = await commons.accounts.pair(frame, caller.line.address)
    else:
        paired = await commons.accounts.first_run(frame)
    if isinstance(paired, Refusal):
        caller.line.send(Refused(paired))
        return False
    if not paired.approved:
        caller.waiting = paired.device
    caller.line.send(paired)
    return True


async def sign_in(commons: Commons, caller: Caller) -> Login:
    """Return the login once somebody has signed in, or the display or papers' line resumed.

    There is no hurry: a tablet lies on the table with its sign-in page. Raises Ended.
    """
    line, device = caller.line, caller.device
    if device is None:
        raise Ended(POLICY, "no device")
    while True:
        frame = await line.frame()
        match frame:
            case SignIn():
                login = await commons.accounts.sign_in(device.id, frame)
            case Resume():
                login = await commons.accounts.resume(device.id, frame.token)
            case _:
                line.refuse(Code.NOT_SIGNED_IN, request_id(frame))
                continue
        if isinstance(login, Refusal):
            line.send(Refused(login))
            continue
        return login


def welcome(caller: Caller, login: Login) -> None:
    """Tell the person that they are signed in."""
    caller.login = login
    caller.line.trust()
    caller.line.send(signed_in(login))


def signed_in(login: Login) -> SignedIn:
    """Return what a login is told of itself."""
    keys = login.keys
    return SignedIn(
        login.token,
        login.person,
        login.name,
        login.must_change,
        cache=_text(keys.cache) if keys else "",
        share=_text(keys.share) if keys else "",
    )


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


async def own_pin(commons: Commons, caller: Caller, login: Login) -> Login | None:
    """Take nothing but a new PIN while the printed one stands; None after signing out."""
    while login.must_change:
        frame = await caller.line.frame()
        if isinstance(frame, SignOut):
            await commons.accounts.sign_out(login)
            return None
        if not isinstance(frame, ChangePin):
            caller.line.refuse(Code.MUST_CHANGE_PIN, request_id(frame))
            continue
        changed = await commons.accounts.change_pin(login, frame)
        if isinstance(changed, Refusal):
            caller.line.send(Refused(changed))
            continue
        login = changed
        welcome(caller, login)
    return login
