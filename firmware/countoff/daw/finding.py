"""Finds a DAW's profile by its key: among those of the box, and in a folder of the user's own.

Blocks on the disk: called at start-up and by commands, never near real time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.config.problems import quoted
from countoff.core.nearest import closest_word
from countoff.daw.reading import read_profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from countoff.config.problems import Problem
    from countoff.daw.profile import Profile

SUFFIX = ".toml"
SHIPPED = Path(__file__).parent / "profiles"


class ProfileNotFoundError(LookupError):
    """No profile is meant by a word, or its file has faults; the message says which and what to do.

    `problems` are the faults of the file.
    """

    def __init__(self, sentence: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(sentence)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Listed:
    """A profile's file: `profile` is None where it has faults, which are `problems`."""

    path: Path
    profile: Profile | None
    problems: tuple[Problem, ...]
    is_own: bool
    """It is the user's, not one that came with the box."""


def list_profiles(own_folder: Path | None) -> list[Listed]:
    """Return all profiles by key; a file of the user's takes the place of one that came with it."""
    paths = {path.stem: path for folder in (SHIPPED, own_folder) for path in _files(folder)}
    return [_read(path) for _, path in sorted(paths.items())]


def find_profile(key: str, own_folder: Path | None) -> Profile:
    """Return the profile of just this key. Raises ProfileNotFoundError with a sentence.

    A file of the user's own that has a fault is not replaced by one that came with the box: nobody
    would know which of the two was in force.
    """
    paths = {path.stem: path for folder in (SHIPPED, own_folder) for path in _files(folder)}
    path = paths.get(key)
    if path is None:
        raise ProfileNotFoundError(_unknown(key, paths))
    found = _read(path)
    if found.profile is None:
        raise ProfileNotFoundError(f"{path} has faults.", found.problems)
    return found.profile


def _unknown(key: str, paths: dict[str, Path]) -> str:
    known = ", ".join(sorted(paths))
    guess = _guess(key, paths)
    advice = f" Did you mean {quoted(guess)}?" if guess else ""
    return f"there is no such profile. Known: {known}.{advice}"


def _guess(key: str, paths: dict[str, Path]) -> str:
    """Return the key that is nearest to what was written, be it the key or a word of the name."""
    by_word = {word: stem for stem in sorted(paths, reverse=True) for word in _words(paths[stem])}
    by_word |= {stem: stem for stem in paths}
    return by_word.get(closest_word(key.lower(), by_word), "")


def _words(path: Path) -> list[str]:
    profile = _read(path).profile
    name = "" if profile is None else profile.name.lower()
    return [name, *re.findall(r"[a-z]{4,}", name)]


def _read(path: Path) -> Listed:
    profile, problems = read_profile(path)
    return Listed(path, profile, tuple(problems), is_own=path.parent != SHIPPED)


def _files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return [path for path in folder.iterdir() if path.suffix == SUFFIX]
    except OSError:
        return []
