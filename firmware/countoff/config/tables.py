"""Reads a TOML file and remembers on which line each key stands.

A line that is no TOML is left out with a sentence and the rest is still read, so that one missing
quote does not put every key back to its default. Blocks on the disk; never called near real time.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from countoff.config.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KeyPath = tuple[str | int, ...]

MOST_LINES_LEFT_OUT = 10  # more than this, and it is not a file of ours

_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = rf"{_KEY_PART}(?:\s*\.\s*{_KEY_PART})*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_KEY})\s*\]")
_ASSIGNMENT = re.compile(rf"^\s*({_KEY})\s*=")
_DECIMAL_COMMA = re.compile(r"=\s*([+-]?\d+),(\d+)\s*(?:[,}\]#]|$)")
_ERROR_PLACE = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), .*|end of document)\)$", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says: its values, and the line of each key."""

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line_of(self, key: KeyPath) -> int | None:
        """Return the line of `key`, or of the table it would stand in, or None."""
        for length in range(len(key), 0, -1):
            line = self.lines.get(key[:length])
            if line is not None:
                return line
        return None


def read_table(
    path: Path, parse_float: Callable[[str], Any] = float
) -> tuple[Table, list[Problem]]:
    """Read `path`. A file that cannot be read gives an empty table and one problem."""
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return _unread(path, "there is no such file.")
    except UnicodeDecodeError as error:
        return _unread(path, f"it is not UTF-8 text: byte {error.start} is not allowed there.")
    except OSError as error:
        return _unread(path, f"it cannot be read: {error.strerror}.")
    return _parse(path, text.removeprefix("\ufeff").replace("\r\n", "\n"), parse_float)


def _unread(path: Path, sentence: str, line: int | None = None) -> tuple[Table, list[Problem]]:
    return Table(path), [Problem(path, line, "", sentence)]


def _parse(path: Path, text: str, parse_float: Callable[[str], Any]) -> tuple[Table, list[Problem]]:
    lines = text.split("\n")
    problems: list[Problem] = []
    while True:
        try:
            values = tomllib.loads("\n".join(lines), parse_float=parse_float)
        # Besides what is no TOML: a number of too many digits, tables nested too deep.
        except (ValueError, RecursionError) as error:
            place = _ERROR_PLACE.match(str(error).split("\n", maxsplit=1)[0])
            what = place["what"] if place else str(error)
            line = int(place["line"]) if place and place["line"] else None
            # Without a header its keys would land in the table before it: rather read nothing.
            if line is None or lines[line - 1].lstrip()[:1] in {"", "["}:
                return _unread(path, f"it is not TOML: {what}. Nothing in it is used.", line)
            if len(problems) == MOST_LINES_LEFT_OUT:
                return _unread(path, "it is not TOML. Nothing in it is used.", problems[0].line)
            problems.append(Problem(path, line, "", _not_toml(lines[line - 1], what)))
            lines[line - 1] = ""
        else:
            return Table(path, values, _lines_of_keys(lines)), problems


def _not_toml(line: str, what: str) -> str:
    sentence = f"{line.strip()} is not TOML: {what}."
    if comma := _DECIMAL_COMMA.search(line):
        sentence += f" A number has a point in it, not a comma: {comma[1]}.{comma[2]}."
    elif what == "Invalid value":
        sentence += ' Text stands in quotes: name = "Verse".'
    return f"{sentence} The line is left out."


def _lines_of_keys(lines: list[str]) -> dict[KeyPath, int]:
    """Find the line of each key. Keys inside inline tables have the line of the table."""
    found: dict[KeyPath, int] = {}
    newest: dict[KeyPath, int] = {}  # index of the newest table in each array of tables
    table: KeyPath = ()
    inside_text = False
    for number, line in enumerate(lines, start=1):
        if not inside_text:
            if header := _HEADER.match(line):
                table = _table_path(_parts(header[2]), newest, grows=header[1] == "[[")
                found.setdefault(table, number)
            elif assignment := _ASSIGNMENT.match(line):
                found.setdefault((*table, *_parts(assignment[1])), number)
        if (line.count('"""') + line.count("'''")) % 2:
            inside_text = not inside_text
    return found


def _table_path(parts: list[str], newest: dict[KeyPath, int], *, grows: bool) -> KeyPath:
    path: KeyPath = ()
    for depth, part in enumerate(parts, start=1):
        path = (*path, part)
        if grows and depth == len(parts):
            newest[path] = newest.get(path, -1) + 1
        if path in newest:
            path = (*path, newest[path])
    return path


def _parts(key: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_KEY_PART, key)]
