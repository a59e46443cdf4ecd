"""The command line. Each command's own file adds it; what it needs is imported when it runs.

Exit codes: 0 done, 1 found something wrong or nothing, 2 wrong use, 3 the daemon or the log cannot
be reached.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from countoff import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUND_WRONG = 1
NOT_REACHED = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that has no sign for an arrow or a rule still gets the rest of the page.
        sys.stdout.reconfigure(errors="replace")
    words = _config_first(list(sys.argv[1:] if arguments is None else arguments))
    parsed = _parser(words).parse_args(words)
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever was reading, such as `head`, has seen enough; Python would still say so as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND_WRONG
    return code


def _config_first(words: list[str]) -> list[str]:
    """Put `--config FILE` before the command: it may stand anywhere, as people write it."""
    for place, word in enumerate(words):
        if word == "--config" or word.startswith("--config="):
            after = place + (2 if word == "--config" else 1)
            return [*words[place:after], *words[:place], *words[after:]]
    return words


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="countoff",
        description="The studio session controller: pedal, red light, DAW in record, count-in.",
    )
    parser.add_argument("--version", action="version", version=f"countoff {__version__}")
    parser.add_argument("--config", type=Path, metavar="FILE", help="the configuration to use")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the box: the daemon, in the foreground")
    run.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="the configuration to use",
    )
    run.set_defaults(run=_run)
    # The daemon is to be ready at once, and a click to be written as quickly as it can be: they do
    # not wait for the other commands' imports.
    command = _command_in(words)
    if command in {"takes", "session", "comp", "report"}:
        # Nor does somebody who looks a take up.
        _add_takes_commands(commands)
    elif command == "halted":
        # Nor a machine that goes down.
        _add_halted_command(commands)
    elif command != "run":
        if command not in {"song", "render"}:
            _add_other_commands(commands)
            _add_halted_command(commands)
        _add_song_commands(commands)
    return parser


def _command_in(words: Sequence[str]) -> str:
    """Return the first word that is neither an option nor the file of `--config`."""
    pairs = zip(("", *words), words, strict=False)
    return next((word for before, word in pairs if word[:1] != "-" and before != "--config"), "")


def _add_halted_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    from countoff.halted_command import add_halted_command  # noqa: PLC0415

    add_halted_command(commands)


def _add_song_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    from countoff.songs.commands import add_song_commands  # noqa: PLC0415
    from countoff.songs.render_command import add_render_command  # noqa: PLC0415

    add_song_commands(commands)
    add_render_command(commands)


def _add_takes_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    from countoff.config.log_place import configured_log_folder  # noqa: PLC0415
    from countoff.export.report.command import add_report_command  # noqa: PLC0415
    from countoff.takelog.commands import add_takes_commands  # noqa: PLC0415
    from countoff.takelog.comp_command import add_comp_command  # noqa: PLC0415
    from countoff.takelog.session_commands import add_session_commands  # noqa: PLC0415

    add_takes_commands(commands, configured_log_folder)
    add_session_commands(commands, configured_log_folder)
    add_comp_command(commands, configured_log_folder)
    add_report_command(commands, configured_log_folder)


def _add_other_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    from countoff.config.commands import add_config_commands  # noqa: PLC0415
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.log_place import configured_log_folder  # noqa: PLC0415
    from countoff.config.places import log_folder  # noqa: PLC0415
    from countoff.daw.commands import add_daw_commands  # noqa: PLC0415
    from countoff.daw.simulated.command import add_simulate_daw_command  # noqa: PLC0415
    from countoff.devices_command import add_devices_command  # noqa: PLC0415
    from countoff.export.command import add_export_command  # noqa: PLC0415
    from countoff.export.recordings.command import add_recordings_command  # noqa: PLC0415
    from countoff.learning.command import add_midi_commands  # noqa: PLC0415
    from countoff.line_check.command import add_doctor_command  # noqa: PLC0415
    from countoff.measure.commands import add_measure_commands  # noqa: PLC0415
    from countoff.panel.commands import add_panel_commands  # noqa: PLC0415
    from countoff.rehearsal.commands import add_rehearse_command  # noqa: PLC0415
    from countoff.takelog.care_commands import add_log_commands  # noqa: PLC0415

    add_panel_commands(commands)
    add_rehearse_command(commands)
    _add_takes_commands(commands)
    add_log_commands(commands, configured_log_folder)
    add_recordings_command(commands, lambda config: log_folder(load(config).config.log.folder))
    add_export_command(commands, configured_log_folder)
    add_config_commands(commands)
    add_daw_commands(commands)
    add_devices_command(commands)
    add_doctor_command(commands)
    add_simulate_daw_command(commands)
    add_midi_commands(commands)
    add_measure_commands(commands)


def _run(arguments: argparse.Namespace) -> int:
    from countoff.app import run  # noqa: PLC0415
    from countoff.control.socket import AlreadyRunningError, SocketUnusableError  # noqa: PLC0415

    try:
        run(arguments.config)
    except (AlreadyRunningError, SocketUnusableError) as error:
        print(error, file=sys.stderr)
        return NOT_REACHED
    return 0
