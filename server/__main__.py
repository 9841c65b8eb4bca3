"""The command line of both sides: each command imports its own part, and nothing before it."""

import argparse
from collections.abc import Sequence
from importlib.metadata import version


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; `argv` is taken from the process when None."""
    parser = argparse.ArgumentParser(
        prog="phienhop", description="Phiên họp: paperless meetings on one local server."
    )
    parser.add_argument("--version", action="version", version=f"phienhop {version('phienhop')}")
    parser.parse_args(argv)
    parser.print_help()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
