"""The command line of both sides: each command imports its own part, and nothing before it.

A refusal is one sentence in Vietnamese and English with its code, on standard error, and exit
status 2; a person never sees a traceback.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from server.protocol.refusals import Refusal
    from server.settings import Settings

REFUSED = 2
WINDOWS: tuple[Literal["tablet", "desk", "display"], ...] = ("tablet", "desk", "display")
_SETTINGS = ("data", "host", "port", "title", "discovery", "log_level")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; `argv` is taken from the process when None."""
    given = list(sys.argv[1:] if argv is None else argv)
    kind = next((one for one in WINDOWS if given[:1] == [one]), None)
    if kind is not None:
        from client.__main__ import main as window

        return window(kind, given[1:])
    if given and given[0] == "demo":
        from client.demo.__main__ import main as demo

        return int(demo(given[1:]))
    parser = _parser()
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        return _verify(options) if options.command == "verify" else _run(options)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="phienhop", description="Phiên họp: paperless meetings on one local server."
    )
    parser.add_argument("--version", action="version", version=f"phienhop {version('phienhop')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, help="the server's folder")
    common.add_argument("--config", type=Path, help="settings (default: phienhop.toml in DATA)")
    _add_serve(commands.add_parser("serve", parents=[common], help="run the server"))
    for name, text in (
        ("tablet", "open a tablet's window"),
        ("desk", "open the secretary's desk"),
        ("display", "open the room's display"),
        ("demo", "play one whole meeting"),
    ):
        commands.add_parser(name, help=text, add_help=False)
    _add_imports(commands, common)
    _add_proof(commands, common)
    _add_codes(commands.add_parser("code", parents=[common], help="pairing codes, approved"))
    made = commands.add_parser("backup", parents=[common], help="back up, also while it runs")
    made.add_argument("out", type=Path, metavar="OUT.tar")
    restored = commands.add_parser("restore", parents=[common], help="put a backup in place")
    restored.add_argument("file", type=Path, metavar="FILE.tar")
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--host", help="the address to listen on (default: all)")
    serve.add_argument("--port", help="default: 8443; 0 takes a free one")
    serve.add_argument("--title", help="the server's name on devices")
    serve.add_argument("--log-level", help="debug, info, warning or error")
    serve.add_argument(
        "--discovery",
        action=argparse.BooleanOptionalAction,
        help="announce the server in the local network",
    )
    serve.add_argument("--json", action="store_true", help="print the start as one line of JSON")


def _add_imports(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    common: argparse.ArgumentParser,
) -> None:
    people = commands.add_parser("people", help="people from a table").add_subparsers(
        dest="action", required=True, metavar="import"
    )
    table = people.add_parser("import", parents=[common], help="import a CSV file")
    table.add_argument("file", type=Path, metavar="FILE.csv")
    table.add_argument("--organization", default="", help="name of the body; made when new")
    table.add_argument("--pins", type=Path, help="write first PINs here (default: print them)")
    meeting = commands.add_parser("meeting", help="meetings as folders").add_subparsers(
        dest="action", required=True, metavar="import|list|export"
    )
    folder = meeting.add_parser("import", parents=[common], help="import a folder")
    folder.add_argument("folder", type=Path, metavar="DIR")
    folder.add_argument("--pins", type=Path, help="write first PINs here (default: print them)")
    folder.add_argument(
        "--leave-out-refused",
        action="store_true",
        help="import the meeting without the papers that intake refuses, and name them",
    )
    meeting.add_parser("list", parents=[common], help="name every meeting, with its id")
    record = meeting.add_parser("export", parents=[common], help="write a meeting's record")
    record.add_argument("meeting", metavar="MEETING")
    record.add_argument("--out", type=Path, required=True, metavar="DIR")


def _add_proof(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    common: argparse.ArgumentParser,
) -> None:
    made = commands.add_parser("dossier", parents=[common], help="a meeting's sealed dossier")
    made.add_argument("meeting", metavar="MEETING")
    made.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    made.add_argument("--for-members", action="store_true", help="only what members may see")
    made.add_argument("--without-papers", action="store_true", help="name the papers only")
    check = commands.add_parser("verify", help="check a dossier; needs no server")
    check.add_argument("dossier", type=Path, metavar="DOSSIER.zip")
    check.add_argument("--checkpoint", default="", metavar="CODE", help="as the minutes print it")
    check.add_argument("--all", action="store_true", help="name everything that is wrong")


def _add_codes(code: argparse.ArgumentParser) -> None:
    code.add_argument("--kind", choices=WINDOWS, default="tablet")
    code.add_argument("--count", type=int, default=1, help="how many")
    code.add_argument(
        "--person", action="append", default=[], metavar="NAME", help="whose tablet; repeatable"
    )


def _verify(options: argparse.Namespace) -> int:
    from server.record.report import report

    return report(options.dossier, options.checkpoint, everything=options.all)


def _run(options: argparse.Namespace) -> int:
    from server.protocol.refusals import Refusal
    from server.settings import read

    flags = {name: getattr(options, name, None) for name in _SETTINGS}
    settings = read(flags, os.environ, options.config)
    refusal = settings if isinstance(settings, Refusal) else _command(options, settings)
    if refusal is None:
        return 0
    if isinstance(refusal, int):
        return refusal
    from server.sentences import lines

    print(lines(refusal), file=sys.stderr)
    return REFUSED


def _command(options: argparse.Namespace, settings: "Settings") -> "Refusal | int | None":
    if options.command == "serve":
        from server.running import run

        return run(settings, as_json=options.json)
    return _keep(options, settings)


def _keep(options: argparse.Namespace, settings: "Settings") -> "Refusal | None":
    from server import console

    match options.command, getattr(options, "action", ""):
        case "people", _:
            return console.import_people(settings, options.file, options.organization, options.pins)
        case "meeting", action:
            return _meeting(action, options, settings)
        case "dossier", _:
            return console.write_dossier(
                settings,
                options.meeting,
                options.out,
                with_papers=not options.without_papers,
                members=options.for_members,
            )
        case "code", _:
            return console.issue_codes(settings, options.kind, options.person, options.count)
        case "backup", _:
            return console.back_up(settings, options.out)
        case _:
            return console.restore(settings, options.file)


def _meeting(action: str, options: argparse.Namespace, settings: "Settings") -> "Refusal | None":
    from server import console

    if action == "list":
        return console.list_meetings(settings)
    if action == "export":
        return console.export_meeting(settings, options.meeting, options.out)
    return console.import_meeting(
        settings, options.folder, options.pins, leave_out=options.leave_out_refused
    )


if __name__ == "__main__":
    raise SystemExit(main())
