"""Side-by-side measurements.

`python -m bench NAME` runs `bench/NAME.py` and prints, as its last line, one JSON object:

    {"bench", "figures", "peer", "ratio", "target", "holds"}

A bench is a module of this package (its name without a leading underscore) with

    def run() -> Report

It measures our own path and a peer (the plainest thing that could do the same work) in one run,
interleaved, on this machine, and reports both: a ratio travels between machines, an absolute
time does not. Traffic stays on loopback. Notes for the reader go to standard output before the
last line. The exit status says whether the measurement was made, `holds` whether it was good.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

# A dependency installs a package named `tests`, which would hide this checkout's folder of that
# name, from which the benches take their house and their listeners.
if "tests" not in sys.modules:
    _tests = ModuleType("tests")
    _tests.__path__ = [str(Path(__file__).parents[1] / "tests")]
    sys.modules["tests"] = _tests


@dataclass(frozen=True, slots=True)
class Report:
    """What one bench measured; times in milliseconds unless a figure's name says otherwise."""

    figures: Mapping[str, float]
    """Ours, by name, e.g. `n200_last_ms`."""
    peer: Mapping[str, float | str]
    """What it was compared with: its `name` and its figures from the same run."""
    ratio: float
    """Ours against the peer, in the direction in which the target states it."""
    target: Mapping[str, float]
    """The bounds from the design, by the name of the figure or `ratio`."""
    holds: bool
    """Whether every bound held in this run."""
