"""Counts for `/metrics`, in the Prometheus text format. Never who, only how many."""

from collections import Counter
from collections.abc import Mapping

_HELP = {
    "connections": "Connections now.",
    "signed_in": "Lines with somebody signed in now.",
    "rooms": "Meetings open now.",
    "read_only": "Meetings that cannot write now.",
    "commits": "Batches written by the meetings that are open.",
    "accepted_total": "Connections taken.",
    "turned_away_total": "Connections refused because there were too many.",
    "frames_total": "Frames received.",
    "refused_total": "Refusals sent, by code.",
    "slow_total": "Lines dropped because they did not take what was sent.",
    "internal_total": "Failures that nobody foresaw.",
    "paper_bytes_total": "Bytes of papers sent.",
    "upload_bytes_total": "Bytes of papers received.",
}


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._counts: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()

    def add(self, name: str, amount: int = 1) -> None:
        """Count something."""
        self._counts[name] += amount

    def refused(self, code: str) -> None:
        """Count a refusal by its code."""
        self._refused[code] += 1

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def text(self, gauges: Mapping[str, int]) -> str:
        """Return everything in the text exposition format 0.0.4; `gauges` are as of now."""
        lines: list[str] = []
        for name, help_text in _HELP.items():
            kind = "gauge" if name in gauges else "counter"
            lines.append(f"# HELP phienhop_{name} {help_text}")
            lines.append(f"# TYPE phienhop_{name} {kind}")
            if name == "refused_total":
                lines += [
                    f'phienhop_{name}{{code="{code}"}} {count}'
                    for code, count in sorted(self._refused.items())
                ]
            else:
                lines.append(f"phienhop_{name} {gauges.get(name, self._counts[name])}")
        return "\n".join(lines) + "\n"
