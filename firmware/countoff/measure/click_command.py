"""`countoff measure click`: the click as it left the box, held against the song.

Runs in the command's own process, never in the daemon. Listens only: a take is begun as always.
"""

from __future__ import annotations

import json
import math
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from countoff.measure.figures import figures_of
from countoff.measure.grids import as_played, asked_song, grid_of
from countoff.measure.holding import NothingHeardError, Recording, hold
from countoff.measure.jack_ear import PLAYER_PORTS, JackEar, ServerMissingError, pattern_of
from countoff.measure.sources import CableEar, SourceUnusableError, wav_recording
from countoff.songs.command_line import add_song_argument, complain
from countoff.songs.rendering import CannotRenderError

if TYPE_CHECKING:
    import argparse

    from countoff.config.load import Loaded
    from countoff.config.model import Config
    from countoff.core.mixer import Program
    from countoff.core.song import Song
    from countoff.measure.holding import Held

DONE = 0
NOT_CLEAN = 1
NOT_MEASURED = 3
_CLICK = "click"
# Places of faults that a table names; JSON has all of them.
_MOST_NAMED = 8


def add_click_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `measure click`, which sets `run`, which returns the exit code."""
    click = subparsers.add_parser(
        "click",
        help="hold the click that left the box against its song",
        description="Listens to the box over JACK (as it comes), or to --input (over a cable), or"
        " reads --wav. Begin a take of the song as always; Ctrl-C ends the measurement early.",
    )
    add_song_argument(click)
    click.add_argument("--from", dest="section", metavar="SECTION", help="where the take begins")
    source = click.add_mutually_exclusive_group()
    source.add_argument("--wav", metavar="FILE", help="a recording of the click")
    source.add_argument("--input", metavar="NAME", help="the input that the click is cabled to")
    source.add_argument(
        "--port", metavar="NAME", help="the JACK port to listen to (default: the box's first)"
    )
    click.add_argument(
        "--channel", type=int, default=1, help="of the file, or of the input (default: 1)"
    )
    click.add_argument(
        "--cable",
        action="store_true",
        help="the file was recorded over a cable: places between samples, two clocks",
    )
    click.add_argument("--seconds", type=float, default=60, help="how long to listen (default: 60)")
    click.add_argument("--json", action="store_true", help="print JSON instead of a table")
    click.set_defaults(run=measure_click)


def measure_click(arguments: argparse.Namespace) -> int:
    """Record, or read, and print what became of the song's clicks."""
    from countoff.config.load import load  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    try:
        song = asked_song(arguments)
        recording = _recording(arguments, loaded.config)
        seconds = len(recording.samples) / recording.rate_hz
        played = as_played(song, loaded, recording.rate_hz, seconds)
        held = hold(recording, played.program, played.bank)
    except (CannotRenderError, NothingHeardError, ServerMissingError, SourceUnusableError) as error:
        complain(str(error))
        return NOT_MEASURED
    if arguments.json:
        print(json.dumps(as_json(held, played.program), indent=2))
    else:
        from countoff.measure.tables import print_click  # noqa: PLC0415 - rich is not cheap to load

        print_click(held, song.title, _places(song, loaded, held))
    return DONE if held.is_clean else NOT_CLEAN


def _recording(arguments: argparse.Namespace, config: Config) -> Recording:
    """Record, or read. Raises SourceUnusableError, ServerMissingError."""
    from pathlib import Path  # noqa: PLC0415

    if arguments.wav is not None:
        return wav_recording(Path(arguments.wav), arguments.channel, is_digital=not arguments.cable)
    if arguments.input is not None:
        cable = CableEar(
            arguments.input, arguments.channel, config.audio.rate_hz, arguments.seconds
        )
        with cable, suppress(KeyboardInterrupt):
            _say(f'Listening to "{arguments.input}" for {arguments.seconds:g} s.')
            cable.listen()
        return cable.recording
    pattern = PLAYER_PORTS.format(0) if arguments.port is None else pattern_of(arguments.port)
    ear = JackEar({_CLICK: pattern}, {}, seconds=arguments.seconds)
    with ear, suppress(KeyboardInterrupt):
        _say(f"Listening over JACK for {arguments.seconds:g} s.")
        ear.listen()
    return ear.recording(_CLICK)


def as_json(held: Held, program: Program) -> dict[str, Any]:
    """Return everything that was found, in frames, as JSON has it."""
    errors = held.found_errors_frames
    return {
        "rate_hz": held.rate_hz,
        "is_digital": held.is_digital,
        "is_clean": held.is_clean,
        "planned_in_song": len(program.frames),
        "held": len(held.planned_frames),
        "missing_at_frames": [int(held.planned_frames[place]) for place in held.missing],
        "broken_at_frames": [int(held.planned_frames[place]) for place in held.broken],
        "extra_at_frames": list(held.extra_frames),
        "not_judged": held.in_lost,
        "ppm": held.ppm,
        "errors_frames": asdict(figures_of(errors, step=1 if held.is_digital else 0.01)),
    }


def _places(song: Song, loaded: Loaded, held: Held) -> dict[str, list[str]]:
    """Return the bars and beats of the faults, a list for each kind."""
    grid = grid_of(song, loaded, held.rate_hz)

    def named(places: tuple[int, ...]) -> list[str]:
        frames = [int(held.planned_frames[place]) for place in places[:_MOST_NAMED]]
        return [str(song.place_at_tick(grid.tick_at_frame(frame))) for frame in frames]

    late = tuple(
        place
        for place, error in enumerate(held.errors_frames)
        if held.is_digital and not math.isnan(error) and error != 0
    )
    return {
        "missing": named(held.missing),
        "broken": named(held.broken),
        "off their frame": named(late),
    }


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
