"""The codec is strict: what is not exactly a message is a refusal, and nothing else escapes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol import events as e
from server.protocol.codec import Malformed, decode_client, decode_record, decode_server, encode
from server.protocol.commands import CastBallot, SendNotice
from server.protocol.frames import Hello, Joined, Request
from server.protocol.refusals import Code

NOTICE = e.Record(1, 5, e.NoticeSent("Mời vào"), by="uv1")


def request(**changes: Any) -> bytes:
    ballot = {"t": "CastBallot", "poll": "p", "ballot": "b", "choice": "for", **changes}
    return json.dumps({"t": "Request", "id": "r", "room": "m", "command": ballot}).encode()


def test_the_good_one_and_what_is_written() -> None:
    frame = Request("r", "m", CastBallot("p", "b", "for"))
    assert decode_client(request()) == frame
    assert encode(frame) == (
        b'{"t":"Request","id":"r","room":"m",'
        b'"command":{"t":"CastBallot","poll":"p","ballot":"b","choice":"for"}}'
    )
    assert decode_record(encode(NOTICE)) == NOTICE
    assert decode_server(encode(Joined("m", "e", 1, 2))) == Joined("m", "e", 1, 2)
    assert decode_client('{"t":"Hello","room":"m"}') == Hello("m")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b"7",
        b'"Hello"',
        b"{}",
        b'{"room":"m"}',
        b'{"t":"Nothing","room":"m"}',
        b'{"t":7,"room":"m"}',
        b'{"t":"Hello"}',
        b'{"t":"Hello","room":"m","more":1}',
        b'{"t":"Hello","room":7}',
        b'{"t":"Hello","room":null}',
        b'{"t":"Hello","room":""}',
        b'{"t":"Hello","room":"a b"}',
        b'{"t":"Hello","room":"m\\n"}',
        b'{"t":"Hello","room":"' + b"m" * 65 + b'"}',
        b'{"t":"Hello","room":"m","position":true}',
        b'{"t":"Hello","room":"m","position":-1}',
        b'{"t":"Hello","room":"m","position":1000001}',
        b'{"t":"Hello","room":"m","position":1e400}',
        b'{"t":"Hello","room":"m","position":1.5}',
        b'{"t":"Hello","room":"m","position":"1"}',
        b'{"t":"Hello","room":"m","position":NaN}',
        b'{"t":"Hello","room":"m","position":Infinity}',
        b'{"t":"Hello","room":"m"} {}',
        b'{"t":"Hello","room":"m"',
        b'{"t":"Hello","room":"m",}',
        b'\xff\xfe{"t":"Hello","room":"m"}',
        b'{"t":"Hello","room":"\xc3"}',
        b'{"t":"Hello","room":"m","epoch":"\\ud800"}',
        b'{"t":"Hello","room":"m","epoch":"\\u12"}',
        b'{"t":"Joined","room":"m","epoch":"e","position":1,"now":1}',
        b"[" * 30_000,
        b"[" * 30_000 + b"]" * 30_000,
        b'{"t":' * 30_000,
        b'{"t":"Hello","room":"m","x":"\\u0041","y":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        request(choice="may be"),
        request(choice=True),
        request(opinion="x" * 8_001),
        request(extra=1),
        request(t="BallotCast"),
    ],
    ids=lambda raw: repr(raw[:48]),
)
def test_what_is_no_message_is_a_refusal(raw: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        decode_client(raw)
    refusal = caught.value.refusal
    assert refusal.code == Code.BAD_FRAME
    assert 0 < len(str(refusal.params["reason"])) <= 200


def test_a_client_may_not_send_what_a_server_sends_nor_a_record() -> None:
    for decode, raw in ((decode_server, request()), (decode_record, request())):
        with pytest.raises(Malformed):
            decode(raw)


DECOMPOSED = "Nghi\u0323 quye\u0302\u0301t"
COMPOSED = "Nghị quyết"


@pytest.mark.parametrize("escaped", [False, True])
def test_text_is_composed_also_when_it_is_escaped(escaped: bool) -> None:
    assert DECOMPOSED != COMPOSED
    command = {"t": "SendNotice", "text": DECOMPOSED}
    raw = json.dumps(
        {"t": "Request", "id": "r", "room": "m", "command": command}, ensure_ascii=escaped
    )
    for form in (raw, raw.encode()):
        assert decode_client(form) == Request("r", "m", SendNotice(COMPOSED))


def test_escaped_quotes_and_controls_stay_what_they_are() -> None:
    for text in ('a"b', "a\\u0041", "a\nb", "</x>", "\u0301"):
        frame = Request("r", "m", SendNotice(text))
        assert decode_client(encode(frame)) == frame
        assert decode_client(json.dumps(msgspec.to_builtins(frame))) == frame


@given(st.binary(max_size=200))
def test_bytes_are_a_message_or_a_refusal(raw: bytes) -> None:
    assert outcome(raw) in {"message", "refusal"}


@given(st.data())
def test_a_broken_message_is_a_message_or_a_refusal(data: st.DataObject) -> None:
    good = bytearray(request(opinion="vì …"))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(good)) in {"message", "refusal"}


def outcome(raw: bytes) -> str:
    try:
        decode_client(raw)
    except Malformed as malformed:
        return "refusal" if malformed.refusal.code == Code.BAD_FRAME else "?"
    return "message"
