"""`countoff daw`: which DAWs there are profiles of, what each does, and how to set its DAW up.

Runs in the command's own process, never in the daemon. Rich is loaded when a page is drawn.
Exit codes: 0 done, 1 a profile was not found or has faults.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.config.load import load
from countoff.config.places import daw_folder
from countoff.daw.finding import SUFFIX, ProfileNotFoundError, find_profile, list_profiles
from countoff.daw.ports_told import port_sentences
from countoff.daw.reading import read_profile
from countoff.daw.telling import as_values

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from countoff.config.load import Loaded
    from countoff.daw.profile import Profile

DONE = 0
WRONG = 1
_PIPE_WIDTH = 120


def add_daw_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `daw` with its commands; each sets `run`, which returns the exit code."""
    daw = subparsers.add_parser("daw", help="list DAW profiles, or say how to set a DAW up")
    commands = daw.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = commands.add_parser("list", help="list all profiles, and the one in force")
    listing.set_defaults(run=list_daws)
    showing = commands.add_parser("show", help="print what a profile does")
    showing.set_defaults(run=show_daw)
    setup = commands.add_parser("setup", help="print how to set the DAW up, step by step")
    setup.set_defaults(run=set_daw_up)
    for parser in (showing, setup):
        parser.add_argument(
            "profile",
            nargs="?",
            metavar="PROFILE",
            help="its key, or a file of your own; default: the one in force",
        )
    for parser in (listing, showing, setup):
        parser.add_argument("--json", action="store_true", help="print JSON instead of a page")


def list_daws(arguments: argparse.Namespace) -> int:
    """Print all profiles; those of the user's own that have faults are named, exit code 1."""
    loaded = _loaded(arguments)
    listed = list_profiles(daw_folder(loaded))
    faults = [problem for each in listed for problem in each.problems]
    for problem in faults:
        print(problem, file=sys.stderr)
    in_force = loaded.profile.key
    if arguments.json:
        profiles = [
            {
                **as_values(each.profile),
                "is_own": each.is_own,
                "in_force": each.path.stem == in_force,
            }
            for each in listed
            if each.profile
        ]
        print(json.dumps(profiles, indent=2, ensure_ascii=False))
    else:
        from countoff.daw.showing import print_profiles  # noqa: PLC0415 - rich is not cheap to load

        print_profiles(listed, in_force, _console())
    return WRONG if faults else DONE


def show_daw(arguments: argparse.Namespace) -> int:
    """Print one profile."""
    loaded = _loaded(arguments)
    profile = _profile(arguments, loaded)
    if profile is None:
        return WRONG
    if arguments.json:
        print(json.dumps(as_values(profile), indent=2, ensure_ascii=False))
        return DONE
    from countoff.daw.showing import print_profile  # noqa: PLC0415 - rich is not cheap to load

    print_profile(profile, loaded.config.daw.without_answer, _console())
    return DONE


def set_daw_up(arguments: argparse.Namespace) -> int:
    """Print the steps that set one DAW up."""
    loaded = _loaded(arguments)
    profile = _profile(arguments, loaded)
    if profile is None:
        return WRONG
    ports = port_sentences(loaded.config, profile)
    is_in_force = profile == loaded.profile
    if arguments.json:
        values = as_values(profile)
        report = {
            "key": profile.key,
            "name": profile.name,
            "in_force": is_in_force,
            "ports": dict(ports),
            "steps": values["setup"],
            "tested_with": profile.tested_with,
            "unverified": values["unverified"],
        }
        print(json.dumps(report, indent=2, ensure_ascii=False))
        return DONE
    from countoff.daw.showing import print_setup  # noqa: PLC0415 - rich is not cheap to load

    print_setup(profile, ports, is_in_force=is_in_force, console=_console())
    return DONE


def _loaded(arguments: argparse.Namespace) -> Loaded:
    """Return the configuration; what is wrong in it is told by `countoff config check`."""
    return load(getattr(arguments, "config", None))


def _profile(arguments: argparse.Namespace, loaded: Loaded) -> Profile | None:
    """Return the profile that is asked for; where there is none, say so and return None."""
    word: str | None = arguments.profile
    if word is None:
        return loaded.profile
    if word.endswith(SUFFIX):
        profile, problems = read_profile(Path(word))
        for problem in problems:
            print(problem, file=sys.stderr)
        return profile
    try:
        return find_profile(word, daw_folder(loaded))
    except ProfileNotFoundError as trouble:
        print(f"{word}: {trouble}", file=sys.stderr)
        for problem in trouble.problems:
            print(problem, file=sys.stderr)
        return None


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415

    # In a pipe there is no width to keep to.
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
