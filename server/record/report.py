"""What `phienhop verify` says and returns."""

import sys
from pathlib import Path

from server.protocol.refusals import Code, Refusal
from server.record.findings import lines
from server.record.verify import Verdict, verify
from server.sentences import lines as refused

WHOLE, WRONG, UNREAD = 0, 1, 2
"""Exit statuses: nothing is wrong, something is, there is no such file."""


def report(path: Path, code: str = "", *, everything: bool = False) -> int:
    """Verify a dossier and print what was found; returns the exit status."""
    if not path.is_file():
        sys.stderr.write(refused(Refusal(Code.FILE_NOT_FOUND, {"name": str(path)})) + "\n")
        return UNREAD
    verdict = verify(path, code)
    if not verdict.findings:
        sys.stdout.write("\n".join(_whole(verdict, code)) + "\n")
        return WHOLE
    told = verdict.findings if everything else verdict.findings[:1]
    sys.stdout.write("\n".join(lines(one) for one in told) + "\n")
    more = len(verdict.findings) - len(told)
    if more:
        sys.stdout.write(f"(+{more}: --all)\n")
    return WRONG


def _whole(verdict: Verdict, code: str) -> list[str]:
    entries, polls, ballots = verdict.entries, verdict.polls, verdict.ballots
    vi = f"{entries} mục, {polls} biểu quyết, {ballots} phiếu"
    en = f"{entries} entries, {polls} polls, {ballots} ballots"
    told = [
        f"{verdict.organization}: {verdict.title}",
        f"Hồ sơ nguyên vẹn: {vi}; mọi kết quả kiểm lại đều khớp.",
        f"The dossier is whole: {en}; every result was recounted.",
        f"Mã kiểm tra / Code: {verdict.short}",
    ]
    if verdict.withheld:
        figures = verdict.by_figures
        told += [
            f"{verdict.withheld} mục chỉ có mã băm: hồ sơ này dành cho đại biểu.",
            f"Of {verdict.withheld} entries only the hash is here: this dossier is for members.",
            f"Kiểm lại từ phiếu có tên: {verdict.by_name}; từ số liệu công bố: {figures}.",
            f"Recounted from ballots by name: {verdict.by_name}; from figures: {figures}.",
        ]
    if code:
        return [
            *told,
            f"Mã đã nhập là của {verdict.matched} mục đầu.",
            f"The code given is that of the first {verdict.matched} entries.",
        ]
    return [
        *told,
        "Chưa đối chiếu với mã in trên biên bản: thêm --checkpoint MÃ.",
        "Not compared with the code that the minutes print: add --checkpoint CODE.",
    ]
