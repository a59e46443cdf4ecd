"""`countoff log check` and `countoff log backup`: the care of the take log, at the command line.

Runs in the command's own process, beside a box that may be writing. Sentences, or JSON for programs.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.takelog.command_line import LOG_UNREADABLE, WRONG_USE, complain, log_folder_of
from countoff.takelog.schema import FILE_NAME

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from countoff.takelog.checking import Findings
    from countoff.takelog.command_line import DefaultFolder

FOUND_WRONG = 1
_BYTES_IN_MB = 1_000_000


def add_log_commands(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], default_folder: DefaultFolder
) -> None:
    """Add `log` to a command line's parsers; `default_folder` is asked when no --folder is given.

    The parsed arguments carry `run`, which returns the exit code: 0 all is well, 1 something is wrong
    with the log, 2 wrong use, 3 there is no log, or it cannot be read or repaired.
    """
    log = subparsers.add_parser("log", help="look the take log over, repair it, back it up")
    wanted = log.add_subparsers(dest="log_command", required=True, metavar="check|backup")

    checking = wanted.add_parser(
        "check", help="look the take log over, from its bytes to its takes"
    )
    checking.add_argument(
        "--repair",
        action="store_true",
        help="where it is damaged, set it aside and put what can be read of it in its place",
    )
    checking.set_defaults(run=lambda arguments: _check(arguments, default_folder))

    backing_up = wanted.add_parser(
        "backup", help="copy the take log to a file, also while the box runs"
    )
    backing_up.add_argument(
        "file", metavar="FILE", type=Path, help="the file to make; not overwritten"
    )
    backing_up.set_defaults(run=lambda arguments: _back_up(arguments, default_folder))

    for parser in (checking, backing_up):
        parser.add_argument("--json", action="store_true", help="print JSON instead of sentences")
        parser.add_argument(
            "--folder", type=Path, help="the take log's folder (default: the configured one)"
        )


def _check(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    from countoff.takelog.checking import check_log  # noqa: PLC0415
    from countoff.takelog.repair import RepairError, repair_log  # noqa: PLC0415

    folder = log_folder_of(arguments, default_folder)
    try:
        findings = check_log(folder / FILE_NAME)
        if not (arguments.repair and findings.faults):
            _tell(findings, as_json=arguments.json)
            return FOUND_WRONG if findings.faults else 0
        repaired = repair_log(folder)
    except FileNotFoundError:
        return complain(f"There is no take log in {folder}.", LOG_UNREADABLE)
    except RepairError as trouble:
        return complain(str(trouble), LOG_UNREADABLE)
    except OSError as trouble:
        return complain(f"The take log in {folder} cannot be read ({trouble}).", LOG_UNREADABLE)
    if arguments.json:
        print(json.dumps(dataclasses.asdict(repaired), indent=2, default=str))
        return 0
    print("\n".join(findings.faults))
    print(f"Repaired: the damaged log was set aside as {repaired.aside}, and stays as it is.")
    print(f"Kept:     {_rows(repaired.salvaged.kept)}.")
    print(f"Lost:     {_rows(repaired.salvaged.lost) or 'nothing'}.")
    _tell(repaired.findings, as_json=False)
    return 0


def _back_up(arguments: argparse.Namespace, default_folder: DefaultFolder) -> int:
    from countoff.takelog.backup import BackupError, NoPlaceForBackupError, back_up  # noqa: PLC0415

    folder = log_folder_of(arguments, default_folder)
    try:
        findings = back_up(folder, arguments.file)
    except FileNotFoundError:
        return complain(f"There is no take log in {folder}.", LOG_UNREADABLE)
    except NoPlaceForBackupError as trouble:
        return complain(str(trouble), WRONG_USE)
    except BackupError as trouble:
        return complain(str(trouble), LOG_UNREADABLE)
    if arguments.json:
        _tell(findings, as_json=True)
    else:
        print(f"Backed up {_size(findings)} to {findings.file}, and looked it over: it is whole.")
    return 0


def _tell(findings: Findings, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(dataclasses.asdict(findings), indent=2, default=str))
        return
    for sentence in findings.faults:
        print(sentence)
    for sentence in findings.notes:
        print(f"Note: {sentence}")
    if findings.faults:
        print(
            f"{findings.file} is not as it should be. `countoff log check --repair` sets it aside and"
            " keeps what can be read of it; end the box first."
        )
    else:
        print(f"{findings.file} is whole: {_size(findings)}.")


def _size(findings: Findings) -> str:
    takes, sessions = findings.take_count, findings.session_count
    return (
        f"{takes} {'take' if takes == 1 else 'takes'} of {sessions}"
        f" {'session' if sessions == 1 else 'sessions'}"
        f" ({findings.size_bytes / _BYTES_IN_MB:.1f} MB)"
    )


def _rows(counts: Mapping[str, int | None]) -> str:
    """Say how many rows of each table, the takes first."""
    in_order = sorted(counts, key=lambda table: (table != "takes", table))
    said = {
        table: "nobody knows how many" if counts[table] is None else counts[table]
        for table in in_order
    }
    return ", ".join(
        f"{table.replace('_', ' ')}: {count}" for table, count in said.items() if count
    )
