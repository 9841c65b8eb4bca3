"""How names of people are ordered. Pure: the lists of both ends agree."""

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of dictionaries
_SHAPES = "\u0302\u0306\u031b"  # circumflex, breve, horn

Collation = tuple[tuple[int, ...], tuple[int, ...]]


def collate(text: str) -> Collation:
    """Return a key that sorts as Vietnamese dictionaries do: letters (a ă â … đ …), tones."""
    letters: list[int] = []
    tones: list[int] = []
    for letter in unicodedata.normalize("NFC", text).lower():
        base, tone = split_tone(letter)
        place = _LETTERS.find(base)
        letters.append(place + 1 if place >= 0 else 0 if base.isspace() else 100 + ord(base))
        tones.append(tone)
    return tuple(letters), tuple(tones)


def split_tone(letter: str) -> tuple[str, int]:
    """Return the letter without its tone mark (ă, â, ơ … keep theirs), and the tone 0..5."""
    tone = 0
    kept = ""
    for part in unicodedata.normalize("NFD", letter):
        if part in _TONES:
            tone = _TONES.index(part) + 1
        elif part in _SHAPES or not unicodedata.combining(part):
            kept += part
    return unicodedata.normalize("NFC", kept)[:1] or letter, tone


def name_key(name: str) -> tuple[Collation, Collation]:
    """Return a key that sorts people by given name (the last word), then by the rest."""
    words = unicodedata.normalize("NFC", name).split()
    return collate(" ".join(words[-1:])), collate(" ".join(words[:-1]))
