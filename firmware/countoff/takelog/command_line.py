"""What the commands for the take log have in common: where it is, exit codes, what is said.

Exit codes: 0 done, 1 nothing found, 2 wrong use, 3 the log cannot be read or written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countoff.takelog.naming import (
    SessionAmbiguousError,
    SessionNotFoundError,
    SongNotFoundError,
    TakeAmbiguousError,
    TakeNotFoundError,
)
from countoff.takelog.reader import LogUnreadableError
from countoff.takelog.words import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from countoff.takelog.take_edits import Done

    DefaultFolder = Callable[[Path | None], Path]

NOTHING_FOUND = 1
WRONG_USE = 2
LOG_UNREADABLE = 3


def add_log_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that every command for the log has."""
    parser.add_argument("--json", action="store_true", help="print JSON instead")
    parser.add_argument(
        "--folder", type=Path, help="the take log's folder (default: the configured one)"
    )


def log_folder_of(arguments: argparse.Namespace, default_folder: DefaultFolder) -> Path:
    """Return the folder that is meant; the default is only asked for where none was named."""
    folder: Path = arguments.folder or default_folder(getattr(arguments, "config", None))
    return folder


def answered(ask: Callable[[], int]) -> int:
    """Ask the log something and return the exit code; where it has no answer, say why."""
    try:
        return ask()
    except LogUnreadableError as trouble:
        return complain(str(trouble), LOG_UNREADABLE)
    except (TakeNotFoundError, SessionNotFoundError, SongNotFoundError) as trouble:
        return complain(str(trouble), NOTHING_FOUND)
    except (TakeAmbiguousError, SessionAmbiguousError) as trouble:
        return complain(str(trouble), WRONG_USE)


def complain(sentence: str, exit_code: int) -> int:
    """Print `sentence` to standard error; return the exit code for it."""
    print(printable(sentence), file=sys.stderr)
    return exit_code


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Print a value as JSON, for programs."""
    print(json.dumps(value, indent=2))


def print_done(done: Done, *, as_json: bool, remark: str = "") -> int:
    """Say what was done, and how it is undone; return the exit code for it."""
    undo = f"countoff takes undo {done.edit.number}"
    if as_json:
        edit = done.edit
        print_json(
            {
                "did": done.sentence,
                "remark": remark,
                "edit": edit.number,
                "undo": undo,
                "kind": edit.kind,
                "value": edit.value,
                "take_id": edit.take_id,
                "song": edit.song,
                "section_index": edit.section_index,
                "session_id": edit.session_id,
            }
        )
        return 0
    print(printable(" ".join(words for words in (done.sentence, remark) if words)))
    print(f"To {'do it again' if done.is_undo else 'undo it'}: {undo}")
    return 0
