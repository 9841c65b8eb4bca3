"""What the command line says: whole sentences in both languages, with every place filled."""

import re

import pytest

from server.protocol.refusals import Code, Refusal
from server.sentences import lines


@pytest.mark.parametrize(
    ("refusal", "vietnamese", "english"),
    [
        (
            Refusal(Code.PORT_IN_USE, {"port": 8443}),
            "Cổng 8443 đang được chương trình khác dùng.",
            "Port 8443 is in use by another program.",
        ),
        (
            Refusal(Code.SETTINGS_INVALID, {"file": "x.toml", "line": 3, "reason": "port"}),
            "Thiết lập không dùng được, x.toml:3: port.",
            "A setting cannot be used, x.toml:3: port.",
        ),
        (
            Refusal(Code.SETTINGS_INVALID, {"file": "--port", "line": 0, "reason": "0 … 65535"}),
            "Thiết lập không dùng được, --port: 0 … 65535.",
            "A setting cannot be used, --port: 0 … 65535.",
        ),
        (
            Refusal(Code.PAPER_HOSTILE, {"file": "x.pdf"}),
            "Không làm được: x.pdf.",
            "This was refused: x.pdf.",
        ),
        (Refusal(Code.TITLE_MISSING), "Không làm được: –.", "This was refused: –."),
    ],
)
def test_sentences(refusal: Refusal, vietnamese: str, english: str) -> None:
    first, second, code = lines(refusal).splitlines()
    assert first.startswith(vietnamese)
    assert second.startswith(english)
    assert code == f"[{refusal.code}]"
    assert not re.search(r"[{}]", first + second)
