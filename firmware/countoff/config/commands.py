"""`countoff config check` and `countoff config show`: is the file right, and what is in force."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countoff.config.fitting import dotted
from countoff.config.load import load
from countoff.config.model import Section
from countoff.config.places import song_folder
from countoff.config.problems import quoted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from countoff.config.load import Loaded
    from countoff.config.tables import KeyPath

EXIT_RIGHT = 0
EXIT_PROBLEMS = 1


def add_config_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `config` with its two commands; each sets `run`, which returns the exit code."""
    config = subparsers.add_parser("config", help="check the configuration, or print it")
    commands = config.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser(
        "check",
        help="name every fault in the configuration and the songs; exit code 1 if there is one",
    )
    check.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the one in use")
    check.set_defaults(run=check_config)
    show = commands.add_parser("show", help="print every value in force and where it comes from")
    show.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the one in use")
    show.add_argument("--json", action="store_true", help="as JSON")
    show.set_defaults(run=show_config)


def check_config(arguments: argparse.Namespace) -> int:
    """Print every fault of the configuration and of its songs."""
    # Here and not above: `show` and a mistyped option need no songs and no sounds.
    from countoff.config.click import voice_sounds  # noqa: PLC0415
    from countoff.player.user_sounds import user_bank  # noqa: PLC0415
    from countoff.songs.book import open_songbook  # noqa: PLC0415

    loaded = load(_file_of(arguments))
    songbook = open_songbook(song_folder(loaded), loaded.config.songs.set_list)
    _, unheard = user_bank(loaded.config.audio.rate_hz, voice_sounds(loaded))
    problems = (*loaded.problems, *unheard, *songbook.problems)
    for problem in problems:
        print(problem)
    where = "the defaults, for there is no file" if loaded.path is None else loaded.path
    songs = f"{len(songbook.songs)} song{'s' if len(songbook.songs) != 1 else ''}"
    if problems:
        count = f"{len(problems)} fault{'s' if len(problems) != 1 else ''}"
        print(f"{count} in {where} and its songs; {songs} can be played.")
        return EXIT_PROBLEMS
    print(f"No fault in {where}; {songs} can be played.")
    return EXIT_RIGHT


def show_config(arguments: argparse.Namespace) -> int:
    """Print what is in force, as TOML with remarks or as JSON; faults go to standard error."""
    loaded = load(_file_of(arguments))
    for problem in loaded.problems:
        print(problem, file=sys.stderr)
    print(as_json(loaded) if arguments.json else as_toml(loaded), end="\n")
    return EXIT_PROBLEMS if loaded.problems else EXIT_RIGHT


def as_toml(loaded: Loaded) -> str:
    """Write all that is in force as a TOML file that means the same, with a remark on each key."""
    lines = [f"# {'no file: all defaults' if loaded.path is None else loaded.path}"]
    for table, section in _sections(loaded.config):
        settings = [
            f"{_setting(name, getattr(section, name)):<32} # {_origin(loaded, (*table, name))}:"
            f" {field.description}"
            for name, field in type(section).model_fields.items()
            if not _tables_in(getattr(section, name))
        ]
        if settings:
            lines += ["", _header(table), *settings]
    return "\n".join(lines)


def as_json(loaded: Loaded) -> str:
    """Write the same as JSON: the file, its faults, and a value and an origin for each key."""
    values: dict[str, dict[str, Any]] = {}
    for table, section in _sections(loaded.config):
        for name in type(section).model_fields:
            value = getattr(section, name)
            if not _tables_in(value):
                key = (*table, name)
                values[dotted(key)] = {"value": value, "from": _origin(loaded, key)}
    report = {
        "file": None if loaded.path is None else str(loaded.path),
        "faults": [str(problem) for problem in loaded.problems],
        "values": values,
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _file_of(arguments: argparse.Namespace) -> Path | None:
    """Return FILE, or what `--config` says where the program was given that."""
    file: Path | None = arguments.file or getattr(arguments, "config", None)
    return file


def _setting(name: str, value: object) -> str:
    return f"# {name} is not set" if value is None else f"{name} = {quoted(value, whole=True)}"


def _header(table: KeyPath) -> str:
    name = ".".join(part for part in table if isinstance(part, str))
    return f"[[{name}]]" if isinstance(table[-1], int) else f"[{name}]"


def _origin(loaded: Loaded, key: KeyPath) -> str:
    return "file" if dotted(key) in loaded.from_file else "default"


def _sections(section: Section, table: KeyPath = ()) -> Iterator[tuple[KeyPath, Section]]:
    """Name every table; of the pedal map, which is long, only what is not as usual."""
    yield table, section
    for name in type(section).model_fields:
        for place, inner in _tables_in(getattr(section, name)):
            key = (*table, name, *place)
            if "map" not in key or inner != type(inner)():
                yield from _sections(inner, key)


def _tables_in(value: object) -> list[tuple[KeyPath, Section]]:
    """Return the tables that a value is or lists, each with its place in the list."""
    if isinstance(value, Section):
        return [((), value)]
    items = value if isinstance(value, tuple) else ()
    return [((place,), item) for place, item in enumerate(items) if isinstance(item, Section)]
