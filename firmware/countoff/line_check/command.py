"""`countoff doctor`: the line check at the command line, and what it learns of pedals.

Where the box is running it is asked to look, and this follows; else the parts are opened here. Exit
codes: 0 nothing failed, 1 something did (or with --learn nothing was learnt), 2 wrong use, 3 it could
not be brought to its end: a take is running or has begun, or the box has gone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.control.reaching import add_daemon_arguments

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from countoff.config.load import Loaded
    from countoff.line_check.asking import Asker
    from countoff.line_check.outcome import Outcome

DONE = 0
FAILED = 1
NOT_REACHED = 3
_SERVICE_CONFIGURATION = Path("/etc/countoff/countoff.toml")
_SERVICE_STATE = Path("/var/lib/countoff")


def add_doctor_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `doctor`; it sets `run`, which returns the exit code."""
    doctor = subparsers.add_parser(
        "doctor",
        help="the line check: is all there that a session needs, and what to do where it is not",
        description="Never during a take. Exit code 1 where something failed.",
    )
    doctor.add_argument(
        "--ask",
        action="store_true",
        help="ask for a step on each pedal, and whether the light is seen",
    )
    doctor.add_argument(
        "--learn",
        action="store_true",
        help="write pedals that are closed at rest into the configuration, once stepped on twice",
    )
    doctor.add_argument("--json", action="store_true", help="print JSON instead of a table")
    add_daemon_arguments(doctor)
    doctor.set_defaults(run=check_line)


def check_line(arguments: argparse.Namespace) -> int:
    """Make a line check, tell it, and write down what was learnt where that is asked for."""
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.control.client import NoDaemonError  # noqa: PLC0415
    from countoff.line_check.asking import Asker  # noqa: PLC0415
    from countoff.line_check.following import RefusedError  # noqa: PLC0415
    from countoff.line_check.outcome import Printer  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    printer = None if arguments.json else Printer()
    asker = Asker(printer, loaded.config.tally.pin, _read if sys.stdin.isatty() else None)
    try:
        outcome, path = _outcome(arguments, loaded, asker)
    except (NoDaemonError, RefusedError) as error:
        return _complain(str(error), NOT_REACHED)
    except KeyboardInterrupt:
        return _complain("\nThe line check was broken off.", NOT_REACHED)
    if printer is None:
        print(outcome.as_json())
    else:
        printer.line(f"\n{outcome.summary}")
        if outcome.grade != "pass":
            printer.line(f"Settings are in {path}; the box reads them when it starts.")
    if outcome.broken_off:
        return _complain(outcome.broken_off, NOT_REACHED)
    if arguments.learn:
        return _learn(outcome, path)
    return FAILED if outcome.grade == "fail" else DONE


def _outcome(arguments: argparse.Namespace, loaded: Loaded, asker: Asker) -> tuple[Outcome, Path]:
    """Return what was found, and which configuration is that of the box that was looked at.

    Raises NoDaemonError where the box that is named is not there, or goes; and RefusedError.
    """
    from dataclasses import replace  # noqa: PLC0415

    from countoff.config.finding import FILE_NAME  # noqa: PLC0415
    from countoff.config.places import SERVICE_SOCKET, beside, log_folder  # noqa: PLC0415
    from countoff.control.client import Client  # noqa: PLC0415
    from countoff.control.reaching import sockets  # noqa: PLC0415
    from countoff.line_check.following import follow  # noqa: PLC0415

    is_attended = arguments.ask or arguments.learn
    path = loaded.path or beside(loaded, FILE_NAME)
    folder = log_folder(loaded.config.log.folder)
    if path == _SERVICE_CONFIGURATION and not loaded.config.log.folder:
        folder = _SERVICE_STATE
    places = sockets(arguments)
    if arguments.socket is not None or _is_running(places):
        with Client(places) as client:
            if client.path == SERVICE_SOCKET and getattr(arguments, "config", None) is None:
                path = _SERVICE_CONFIGURATION
            outcome = follow(client, asker, is_attended=is_attended)
    else:
        _refuse_beside_another(places, folder)
        # Here and not above: all of the box is loaded for it.
        from countoff.line_check.alone import check_alone  # noqa: PLC0415

        outcome = check_alone(loaded, folder, asker, is_attended=is_attended)
    findings = tuple(asker.as_seen(finding) for finding in outcome.findings)
    return replace(outcome, findings=findings), path


def _is_running(places: Sequence[Path]) -> bool:
    from countoff.control.client import answers  # noqa: PLC0415

    return any(answers(place) for place in places)


def _refuse_beside_another(places: Sequence[Path], folder: Path) -> None:
    """Raise RefusedError where a box runs that cannot be asked: its parts are not to be touched."""
    import errno  # noqa: PLC0415
    import socket  # noqa: PLC0415

    from countoff.line_check.following import RefusedError  # noqa: PLC0415
    from countoff.lock import LOG_LOCK_NAME, is_held  # noqa: PLC0415

    for place in places:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
            if probe.connect_ex(str(place)) in (errno.EACCES, errno.EPERM):
                raise RefusedError(
                    f"A box may be running, and you may not ask it at {place}: use sudo, or join"
                    " the group countoff."
                )
    if is_held(folder / LOG_LOCK_NAME):
        raise RefusedError(
            f"A box is running that logs in {folder}, and answers elsewhere: say where with --socket."
        )


def _learn(outcome: Outcome, path: Path) -> int:
    """Write what was learnt into the configuration at `path`; return the exit code."""
    from countoff.core.events import Pedal  # noqa: PLC0415
    from countoff.core.finding import PEDALS_CHECK  # noqa: PLC0415
    from countoff.learning.saving import change_configuration  # noqa: PLC0415
    from countoff.learning.writing import NotChangedError, with_normally_closed  # noqa: PLC0415
    from countoff.songs.new_file import NotWrittenError  # noqa: PLC0415

    if not outcome.learnt:
        if not outcome.closed:
            pedals = (each.found for each in outcome.findings if each.check == PEDALS_CHECK)
            why = next(pedals, "The pedals were not looked at.")
            return _complain(f"{why} So there is nothing to learn.", FAILED)
        return _complain("No pedal was stepped on twice: nothing is learnt.", FAILED)
    try:
        change_configuration(path, lambda text: with_normally_closed(text, outcome.learnt))
    except (NotChangedError, NotWrittenError, OSError) as error:
        return _complain(f"{error} With the service: sudo countoff doctor --learn", FAILED)
    names = " and ".join(pedal.upper() for pedal in Pedal if pedal in outcome.learnt)
    print(f"{names}: normally closed, in {path} from now on.", file=sys.stderr)
    return DONE


def _read(question: str) -> str:
    """Ask on standard error: standard output may be for a program."""
    print(question, end="", file=sys.stderr, flush=True)
    if not (answer := sys.stdin.readline()):
        raise EOFError
    return answer


def _complain(sentence: str, exit_code: int) -> int:
    print(sentence, file=sys.stderr)
    return exit_code
