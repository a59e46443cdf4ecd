"""`countoff rehearse SCRIPT`: a whole session from a small text script, on the simulated unit.

Runs in the command's own process. Virtual time: an hour of session in seconds; --real-time waits.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

ALL_MET = 0
SOME_NOT_MET = 1
WRONG_USE = 2

_NS_PER_SECOND = 1_000_000_000


def add_rehearse_command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add `rehearse`; the parsed arguments carry `run`, which returns the exit code.

    0 everything was as the script expects, 1 something was not, 2 the script or its use is wrong.
    """
    rehearse = subparsers.add_parser(
        "rehearse", help="play a session from a script on the simulated unit, and check it"
    )
    rehearse.add_argument("script", type=Path, metavar="SCRIPT", help="the session, as text")
    rehearse.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="leave click, MIDI and log there (default: a new folder for temporary files)",
    )
    rehearse.add_argument(
        "--real-time", action="store_true", help="take as long as the session would"
    )
    rehearse.set_defaults(run=rehearse_session)


def rehearse_session(arguments: argparse.Namespace) -> int:
    """Rehearse one script and print what came of it."""
    # Here and not above: another command must not wait for numpy and the whole box.
    from countoff.rehearsal.evidence import Evidence  # noqa: PLC0415
    from countoff.rehearsal.expectations import unmet_lines  # noqa: PLC0415
    from countoff.rehearsal.hearing import clicks_heard  # noqa: PLC0415
    from countoff.rehearsal.logbook import read_logbook  # noqa: PLC0415
    from countoff.rehearsal.playing import play  # noqa: PLC0415
    from countoff.rehearsal.report import (  # noqa: PLC0415
        mistake_sentences,
        summary,
        unmet_sentences,
    )
    from countoff.rehearsal.script import ScriptError, parse_script  # noqa: PLC0415
    from countoff.rehearsal.song_files import song_files_in  # noqa: PLC0415
    from countoff.rehearsal.virtual_unit import WAV_NAME, VirtualUnit  # noqa: PLC0415

    path: Path = arguments.script
    try:
        script = parse_script(path.read_text(encoding="utf-8"), song_files_in(path.parent))
    except (OSError, UnicodeDecodeError) as trouble:
        return _complain(f"The script {path} cannot be read: {trouble}.")
    except ScriptError as error:
        return _complain("\n".join(mistake_sentences(path, error.mistakes)))
    try:
        folder = _folder(arguments.keep)
    except OSError as trouble:
        return _complain(f"The rehearsal cannot be kept: {trouble}.")
    try:
        pace = _pace() if arguments.real_time else None
        unit = VirtualUnit(
            script.songs, folder, pace, clock_start=script.clock_start, daw=script.daw
        )
        course = play(script, unit)
    except OSError as trouble:
        return _complain(f"The rehearsal cannot be kept: {trouble}.")
    except KeyboardInterrupt:
        print(f"The rehearsal was stopped. What there is of it is in {folder}.")
        return SOME_NOT_MET
    heard = clicks_heard(folder / WAV_NAME, course.rate_hz)
    unmet = unmet_lines(Evidence(script, course, heard, read_logbook(folder)))
    for sentence in unmet_sentences(path, unmet):
        print(sentence)
    print(summary(script, course, unmet, folder))
    return SOME_NOT_MET if unmet else ALL_MET


def _folder(keep: Path | None) -> Path:
    """Return an empty folder: what lies in another is never touched. Raises OSError."""
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="countoff-rehearsal-"))
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()):
        raise FileExistsError(f"{keep} is not empty; name a new folder")
    return keep


def _pace() -> Callable[[int], None]:
    """Return what waits until a moment of the session has come in real time."""
    started_ns = time.monotonic_ns()

    def wait(at_ns: int) -> None:
        left_ns = started_ns + at_ns - time.monotonic_ns()
        if left_ns > 0:
            time.sleep(left_ns / _NS_PER_SECOND)

    return wait


def _complain(text: str) -> int:
    print(text, file=sys.stderr)
    return WRONG_USE
