"""`countoff panel`, `countoff press` and `countoff status` at the command line.

Each runs in a process of its own and talks to the daemon over the control socket. The libraries that
draw are loaded when something is drawn.
"""

from __future__ import annotations

import argparse
import json
import sys

from countoff.control.client import Client, NoDaemonError
from countoff.control.reaching import add_daemon_arguments, sockets
from countoff.control.requests import ACTIONS, LONGEST_HOLD_S, unknown_action
from countoff.core.events import Pedal

DONE = 0
REFUSED = 1
WRONG_USE = 2
NOT_REACHED = 3


def add_panel_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add the three commands to a command line's parsers.

    The parsed arguments carry `run`, a function of the arguments that returns the exit code: 0 done,
    1 refused, 2 wrong use, 3 no daemon.
    """
    panel = subparsers.add_parser(
        "panel", help="the front panel in this terminal; q leaves it, the box runs on"
    )
    panel.set_defaults(run=_panel)

    press = subparsers.add_parser(
        "press", help="step on a pedal, or ask for an action", epilog=_what_there_is()
    )
    press.add_argument("action", metavar="ACTION", help="a pedal or an action, see below")
    press.add_argument(
        "--hold", type=_seconds, metavar="SECONDS", help="how long to stand on the pedal"
    )
    press.set_defaults(run=_press)

    status = subparsers.add_parser("status", help="what the box does now")
    status.add_argument("--json", action="store_true", help="everything, as JSON")
    status.set_defaults(run=_status)

    for parser in (panel, press, status):
        add_daemon_arguments(parser)


def _panel(arguments: argparse.Namespace) -> int:
    from countoff.panel.faceplate import Faceplate  # noqa: PLC0415

    Faceplate(sockets(arguments)).run()
    return DONE


def _press(arguments: argparse.Namespace) -> int:
    action: str = arguments.action
    is_pedal = action in list(Pedal)
    if not is_pedal and action not in ACTIONS:
        return _complain(unknown_action(action), WRONG_USE)
    if not is_pedal and arguments.hold is not None:
        sentence = f'"{action}" cannot be held: --hold is for the pedals, {", ".join(Pedal)}.'
        return _complain(sentence, WRONG_USE)
    request: dict[str, object] = {"ask": "do", "action": action}
    if is_pedal:
        request = {"ask": "press", "pedal": action}
    if arguments.hold is not None:
        request["hold_s"] = arguments.hold
    try:
        with Client(sockets(arguments)) as client:
            answer = client.ask(**request)
    except NoDaemonError as error:
        return _complain(str(error), NOT_REACHED)
    return DONE if answer["ok"] else _complain(answer["error"], REFUSED)


def _status(arguments: argparse.Namespace) -> int:
    try:
        with Client(sockets(arguments)) as client:
            status = client.ask(ask="status")["status"]
    except NoDaemonError as error:
        return _complain(str(error), NOT_REACHED)
    if arguments.json:
        print(json.dumps(status, indent=2, ensure_ascii=False))
        return DONE
    from countoff.panel.summary import print_status  # noqa: PLC0415

    print_status(status)
    return DONE


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_HOLD_S:
        raise argparse.ArgumentTypeError(
            f'a hold is 0 to {LONGEST_HOLD_S:g} seconds; found "{text}"'
        )
    return seconds


def _what_there_is() -> str:
    return f"Pedals: {', '.join(Pedal)}. Actions: {', '.join(ACTIONS)}."


def _complain(sentence: str, exit_code: int) -> int:
    print(sentence, file=sys.stderr)
    return exit_code
