"""People as a table: CSV text with a header row, from any spreadsheet.

Columns: name, and optionally role, post, seat; also under their Vietnamese names. Comma, semicolon
or tab; a byte-order mark is ignored. Somebody who is there already (same name and post) is changed,
everybody else is added, so that the same file twice is no harm.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator

from server.accounts.registry import new_id
from server.protocol.office import OfficeRole, Person
from server.protocol.refusals import Code, Refusal

COLUMNS = {
    "name": "name",
    "họ và tên": "name",
    "họ tên": "name",
    "role": "role",
    "vai trò": "role",
    "post": "post",
    "chức vụ": "post",
    "seat": "seat",
    "ghế": "seat",
    "số ghế": "seat",
}
ROLES: dict[str, OfficeRole] = {
    "": "member",
    "member": "member",
    "ủy viên": "member",
    "đại biểu": "member",
    "chủ trì": "member",
    "chair": "member",
    "guest": "guest",
    "mời dự": "guest",
    "khách mời": "guest",
    "secretary": "secretary",
    "thư ký": "secretary",
    "site": "site",
    "điểm cầu": "site",
    "technician": "technician",
    "quản trị": "technician",
    "kỹ thuật": "technician",
}
"""What may stand in the column of roles. Who chairs is said for each meeting."""
MAX_NAME = 300


def parse(text: str, known: Iterable[Person] = ()) -> tuple[Person, ...] | Refusal:
    """Return the people of the table; `csv_invalid` with `row` (from 1, the header) and `reason`.

    All rows or none.
    """
    clean = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    rows = _rows(clean)
    header = next(rows, None)
    if header is None:
        return _wrong(1, "empty")
    columns = [COLUMNS.get(cell.strip().casefold(), "") for cell in header[1]]
    if "name" not in columns or len(set(columns) - {""}) < len([one for one in columns if one]):
        return _wrong(header[0], "header: name, role, post, seat")
    ids = {(one.name, one.post): one for one in known}
    people: list[Person] = []
    for number, cells in rows:
        values = {"name": "", "role": "", "post": "", "seat": ""}
        values |= {
            column: " ".join(cell.split())
            for column, cell in zip(columns, cells, strict=False)
            if column
        }
        reason = _reason(values, len(cells) > len(columns), people)
        if reason:
            return _wrong(number, reason)
        role, before = ROLES[values["role"].casefold()], ids.get((values["name"], values["post"]))
        person = before.id if before else new_id()
        people.append(Person(person, values["name"], role, values["post"], values["seat"]))
    return tuple(people) if people else _wrong(header[0] + 1, "empty")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with the line on which each ends."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _reason(values: dict[str, str], too_many: bool, before: list[Person]) -> str:
    if too_many:
        return "more cells than the header"
    if not values["name"]:
        return "name"
    if any(len(value) > MAX_NAME for value in values.values()):
        return "too long"
    if values["role"].casefold() not in ROLES:
        return f"role: {values['role']}"
    if any((one.name, one.post) == (values["name"], values["post"]) for one in before):
        return f"twice: {values['name']}"
    return ""


def _wrong(row: int, reason: str) -> Refusal:
    return Refusal(Code.CSV_INVALID, {"row": row, "reason": reason})
