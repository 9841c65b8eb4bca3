"""The runner: `python -m bench NAME`, or `python -m bench --list`."""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence

import bench
from bench import Report


def names() -> list[str]:
    """Name every bench there is, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules(bench.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def line(name: str, report: Report) -> str:
    """Write the one JSON line that ends a bench's output."""
    return json.dumps(
        {
            "bench": name,
            "figures": dict(report.figures),
            "peer": dict(report.peer),
            "ratio": report.ratio,
            "target": dict(report.target),
            "holds": report.holds,
        },
        ensure_ascii=False,
        allow_nan=False,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one bench; 2 when there is none of that name."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", nargs="?", help="which bench to run")
    parser.add_argument("--list", action="store_true", help="name every bench, one a line")
    asked = parser.parse_args(argv)
    known = names()
    if asked.list:
        print("\n".join(known), end="\n" if known else "")
        return 0
    if asked.name not in known:
        choices = ", ".join(known) or "none yet"
        print(f"bench: no bench named {asked.name!r}; there are: {choices}", file=sys.stderr)
        return 2
    report: Report = importlib.import_module(f"bench.{asked.name}").run()
    print(line(asked.name, report), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
