"""`countoff simulate-daw`: a DAW to try the box with, in a terminal or as lines.

The part with the cables is a program of its own without a screen; in a terminal a face shows it.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.cables.datagrams import Datagrams
    from countoff.config.model import DawSection
    from countoff.daw.profile import Profile
    from countoff.daw.simulated.bench import Bench
    from countoff.daw.simulated.model import SimulatedDaw

DONE = 0
WRONG_USE = 2
NOT_REACHED = 3
_NS_PER_SECOND = 1_000_000_000
_NS_PER_MS = 1_000_000
_MOST_LATE_MS = 10_000
_MOST_FLOOD_HZ = 20_000
_STDIN = 0


def add_simulate_daw_command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add the command; it sets `run`, which returns the exit code."""
    command = subparsers.add_parser(
        "simulate-daw",
        help="a DAW to try the box with: records, refuses or goes deaf on request",
        description="A DAW of any profile on real MIDI ports, connected to the box by itself. In a"
        " terminal it has a face with keys; elsewhere it prints a line for all that happens, and"
        " takes the keys' words on standard input.",
    )
    command.add_argument(
        "--profile", metavar="PROFILE", help="which DAW; without it that of the configuration"
    )
    command.add_argument(
        "--port", default="", metavar="NAME", help="part of a port's name, if not the box's own"
    )
    command.add_argument("--backend", choices=("auto", "alsa", "jack"), default="auto")
    command.add_argument("--deaf", action="store_true", help="it hears nothing")
    command.add_argument("--refuse", action="store_true", help="it rolls, but does not record")
    command.add_argument(
        "--late-ms", type=_whole(_MOST_LATE_MS), default=0, metavar="N", help="how late it answers"
    )
    command.add_argument(
        "--flood-hz",
        type=_whole(_MOST_FLOOD_HZ),
        default=0,
        metavar="N",
        help="how many messages a second it sends beside",
    )
    command.add_argument(
        "--json", action="store_true", help="no face: an object a line, until standard input ends"
    )
    command.add_argument(
        "--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help="the configuration"
    )
    command.set_defaults(run=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import daw_folder  # noqa: PLC0415
    from countoff.daw.finding import ProfileNotFoundError, find_profile  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    key = arguments.profile or loaded.config.daw.profile
    try:
        profile = find_profile(key, daw_folder(loaded))
    except ProfileNotFoundError as error:
        print(f"{key}: {error}", file=sys.stderr)
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return WRONG_USE
    if not arguments.json and sys.stdin.isatty() and sys.stdout.isatty():
        from countoff.daw.simulated.face import Face  # noqa: PLC0415

        return Face(profile, _own_words(arguments, profile)).run() or DONE
    return _run_lines(arguments, profile, loaded.config.daw)


def _run_lines(arguments: argparse.Namespace, profile: Profile, settings: DawSection) -> int:
    from countoff.cables.cable import NoCableError, open_cable  # noqa: PLC0415
    from countoff.daw.simulated.bench import Bench  # noqa: PLC0415
    from countoff.daw.simulated.ends import NAME, ends_for  # noqa: PLC0415
    from countoff.daw.simulated.model import SimulatedDaw  # noqa: PLC0415
    from countoff.daw.simulated.telling import JsonTeller, LineTeller  # noqa: PLC0415
    from countoff.daw.speaking import rate_of  # noqa: PLC0415

    daw = SimulatedDaw(profile, rate_of(settings.frames_per_second))
    daw.faults.is_deaf = arguments.deaf
    daw.faults.refuses = arguments.refuse
    daw.faults.late_ns = arguments.late_ms * _NS_PER_MS
    daw.faults.flood_hz = arguments.flood_hz
    cable = open_cable(arguments.backend, NAME, ends_for(profile, arguments.port))
    teller = JsonTeller() if arguments.json else LineTeller(time.monotonic_ns())
    bench = Bench(daw, cable, teller, _net(profile, settings))
    # As by the keyboard: the ports are closed, and what was recorded is told.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        bench.start()
        _serve(bench, ends_with_input=arguments.json)
    except NoCableError as error:
        print(error, file=sys.stderr)
        return NOT_REACHED
    except KeyboardInterrupt:
        pass
    finally:
        bench.close()
    if not arguments.json:
        _print_takes(daw)
    return DONE


def _serve(bench: Bench, *, ends_with_input: bool) -> None:
    """Turn until the user leaves. Raises NoCableError or KeyboardInterrupt."""
    words = _Input()
    while True:
        watched = [fd for fd in (*bench.descriptors(), words.fileno()) if fd >= 0]
        readable, _, _ = select.select(watched, [], [], bench.rest_ns() / _NS_PER_SECOND)
        bench.turn()
        if words.fileno() in readable:
            for line in words.read():
                if not _do(bench, line):
                    return
            if words.has_ended and ends_with_input:
                return


def _do(bench: Bench, line: str) -> bool:
    from countoff.daw.simulated.keys import find_word  # noqa: PLC0415

    try:
        word = find_word(line)
    except ValueError as error:
        print(error, file=sys.stderr, flush=True)
        return True
    return bench.do(word)


class _Input:
    """Standard input, line by line, without waiting for it."""

    def __init__(self) -> None:
        self._rest = b""
        self.has_ended = False

    def fileno(self) -> int:
        """Return its descriptor, or -1 once it has ended."""
        return -1 if self.has_ended else _STDIN

    def read(self) -> list[str]:
        """Return the lines that are there; call where it is readable."""
        data = os.read(_STDIN, 4096)
        self.has_ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line.decode(errors="replace") for line in lines if line.strip()]


def _net(profile: Profile, daw: DawSection) -> Datagrams | None:
    """Return the network port of a DAW that answers by OSC: Ardour's own, or one to say it from."""
    from countoff.cables.datagrams import Datagrams  # noqa: PLC0415
    from countoff.daw.profile import Dialect, OscWords  # noqa: PLC0415

    if profile.answers.dialect is not Dialect.OSC:
        return None
    if profile.answers.osc_words is OscWords.ARDOUR:
        return Datagrams(int(daw.osc.rpartition(":")[2]))
    return Datagrams(0, ("127.0.0.1", daw.osc_port))


def _own_words(arguments: argparse.Namespace, profile: Profile) -> list[str]:
    """Return how this program is started again without a face, doing the same."""
    words = ["--profile", profile.key, "--backend", arguments.backend, "--port", arguments.port]
    words += ["--late-ms", str(arguments.late_ms), "--flood-hz", str(arguments.flood_hz)]
    words += ["--deaf"] * arguments.deaf + ["--refuse"] * arguments.refuse
    if (config := getattr(arguments, "config", None)) is not None:
        words += ["--config", str(config)]
    return [sys.executable, "-m", "countoff", "simulate-daw", "--json", *words]


def _print_takes(daw: SimulatedDaw) -> None:
    from countoff.daw.simulated.time_text import clock_text  # noqa: PLC0415

    for number, take in enumerate(daw.machine.takes, start=1):
        length_s = float(take.to_s - take.from_s)
        print(
            f"take {number}: {clock_text(take.from_s)} to {clock_text(take.to_s)}, {length_s:.2f} s"
        )


def _whole(most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) > most:
            raise argparse.ArgumentTypeError(f'it is a whole number up to {most}; found "{text}"')
        return int(text)

    return whole
