"""Finds the configuration, reads it, and says everything that is wrong with it at once.

A key that is wrong falls back to its default on its own, so that the box runs on and shows the
fault. Blocks on the disk; called once, at start-up.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from countoff.config.clashes import first_clash
from countoff.config.finding import find
from countoff.config.fitting import Misfit, dotted, field_at, fit, has, without
from countoff.config.model import Config
from countoff.config.places import OWN_DAWS
from countoff.config.problems import Problem, quoted
from countoff.config.tables import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from countoff.config.tables import KeyPath
    from countoff.daw.profile import Profile


@cache
def default_profile() -> Profile:
    """Return the profile of a DAW that nothing is said of. Blocks on the disk the first time."""
    # Here and not above: it needs this package to be there.
    from countoff.daw.finding import find_profile  # noqa: PLC0415

    return find_profile(Config().daw.profile, None)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in force: the configuration, what was wrong, and the file (None: no file).

    `from_file` holds the dotted keys whose values are the file's; all others are defaults.
    `profile` is that of the DAW.
    """

    config: Config
    problems: tuple[Problem, ...]
    path: Path | None
    from_file: frozenset[str] = frozenset()
    profile: Profile = field(default_factory=default_profile)


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Loaded:
    """Read the configuration from `path`, or from the first place that has one; never raises."""
    found = find(path, environ)
    if found is None:
        return Loaded(Config(), (), None)
    table, problems = read_table(found)
    return _fit(table, problems)


def _fit(table: Table, problems: list[Problem]) -> Loaded:
    values = table.values
    own_daws: Path | None = table.path.parent / OWN_DAWS
    of_profile: tuple[Problem, ...] = ()
    while True:
        config, misfits = fit(Config, values)
        if config is not None:
            profile, lost = _profile(config, own_daws)
            if lost is None:
                clash = first_clash(config, profile, values, table)
                if clash is None:
                    problems.sort(key=lambda problem: problem.line or 0)
                    said = (*problems, *of_profile)
                    return Loaded(config, said, table.path, _keys_of(values), profile)
                misfits = [clash]
            else:
                misfits, of_profile = [lost.misfit], lost.problems
                # What the box came with can be read, even where the default is the user's own.
                own_daws = None
        for misfit in misfits:
            problems.append(misfit.problem(table, _outcome(misfit)))
            # It may have gone with the table it stood in.
            if has(values, misfit.key):
                values = without(values, misfit.key)


@dataclass(frozen=True, slots=True)
class _ProfileLost:
    """A profile that is not there, or that has faults, which are `problems`."""

    misfit: Misfit
    problems: tuple[Problem, ...]


def _profile(config: Config, own_daws: Path | None) -> tuple[Profile, _ProfileLost | None]:
    """Return the profile of the configured DAW; where there is none the default, and why."""
    # Here and not above: it needs this package to be there.
    from countoff.daw.finding import ProfileNotFoundError, find_profile  # noqa: PLC0415

    key = config.daw.profile
    try:
        return find_profile(key, own_daws), None
    except ProfileNotFoundError as trouble:
        sentence = f"daw.profile = {quoted(key)} is not allowed: {trouble}"
        misfit = Misfit(("daw", "profile"), "wrong", sentence)
        return default_profile(), _ProfileLost(misfit, trouble.problems)


def _outcome(misfit: Misfit) -> str:
    if misfit.kind == "unknown" or isinstance(misfit.key[-1], int):
        return "It is left out."
    field = field_at(Config, misfit.key)
    default = None if field is None or field.default_factory else field.default
    return "It is left out." if default is None else f"The default, {quoted(default)}, is used."


def _keys_of(values: dict[str, object], table: KeyPath = ()) -> frozenset[str]:
    keys: set[str] = set()
    for name, value in values.items():
        if isinstance(value, dict):
            keys |= _keys_of(value, (*table, name))
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            for index, item in enumerate(value):
                keys |= _keys_of(item, (*table, name, index))
        else:
            keys.add(dotted((*table, name)))
    return frozenset(keys)
