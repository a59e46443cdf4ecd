"""`countoff render`: a song's click as a WAV file.

Runs in the command's own process, never in the daemon. What it needs is loaded when it runs.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from countoff.songs.command_line import (
    DONE,
    WRONG,
    add_place_arguments,
    add_song_argument,
    complain,
    found_song,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from countoff.core.song import Song
    from countoff.songs.rendering import Laid

# What a telephone has. Lower down, not even the beep would be left.
LOWEST_RATE_HZ = 8000
HIGHEST_RATE_HZ = 384_000
_MOST_BARS = 9999
# Nobody needs to be told about less than this.
_PATIENCE_S = 0.4
_NOT_PCM = "float"


def add_render_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `render`, which sets `run`, which returns the exit code."""
    render = subparsers.add_parser("render", help="write a song's click as a WAV file")
    add_song_argument(render)
    add_place_arguments(render, "CLICK.wav")
    render.add_argument(
        "--bits", choices=("16", "24", _NOT_PCM), default="24", help="of a sample (default: 24)"
    )
    render.add_argument(
        "--rate", type=_rate_hz, metavar="HZ", help="samples a second (default: the box's own)"
    )
    render.add_argument(
        "--no-count-in", action="store_true", help="begin with bar 1, or with its pick-up"
    )
    render.add_argument(
        "--from", dest="section", metavar="SECTION", help="begin there, as a take would"
    )
    render.add_argument(
        "--bars", type=_bars, metavar="N", help="so many bars at most; needed if it has no end"
    )
    render.add_argument(
        "--output", metavar="NAME", help="as that output hears it (default: the first)"
    )
    render.set_defaults(run=render_song)


def render_song(arguments: argparse.Namespace) -> int:
    """Write the click of one song as a WAV file, and say where in it bar 1 is."""
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.songs.new_file import NotWrittenError, check_place, new_file  # noqa: PLC0415
    from countoff.songs.rendering import (  # noqa: PLC0415
        CannotRenderError,
        laid_out,
        shape_of,
        starting_at,
        write_wav,
    )
    from countoff.songs.sounds import sounds_of_output  # noqa: PLC0415
    from countoff.songs.wav_file import Bits  # noqa: PLC0415

    place: Path = arguments.place
    try:
        # What cannot be written need not be worked out.
        check_place(place, is_forced=arguments.force)
    except NotWrittenError as trouble:
        return complain(str(trouble))
    found = found_song(arguments)
    if found is None:
        return WRONG
    loaded = load(getattr(arguments, "config", None))
    rate_hz: int = arguments.rate or loaded.config.audio.rate_hz
    has_count_in = not arguments.no_count_in
    try:
        sounds, faults = sounds_of_output(loaded, rate_hz, arguments.output)
        song = found.song
        if arguments.section is not None:
            song = starting_at(song, arguments.section)
        laid = laid_out(song, rate_hz, sounds, has_count_in=has_count_in, bars=arguments.bars)
        for sentence in (*map(str, loaded.problems), *faults):
            complain(sentence)
        shape = shape_of(laid, Bits(arguments.bits))
        with new_file(place, is_forced=arguments.force) as file:
            _tell_progress(write_wav(file, laid, sounds, shape), laid.length_frames)
    except (CannotRenderError, NotWrittenError) as trouble:
        return complain(str(trouble))
    except KeyboardInterrupt:
        return complain(f"Stopped; {place} was not written.")
    print(_summary(place, song, laid, arguments.bits))
    return DONE


def _tell_progress(done_frames: Iterator[int], all_frames: int) -> None:
    """Let the work be done; show how far it is on a terminal, where it takes a while."""
    began_s = time.monotonic()
    for _ in done_frames:
        if sys.stderr.isatty() and time.monotonic() - began_s > _PATIENCE_S:
            break
    else:
        return
    from rich.console import Console  # noqa: PLC0415 - rich is not cheap to load
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        rendering = progress.add_task("Rendering", total=all_frames)
        for frames in done_frames:
            progress.update(rendering, completed=frames)


def _summary(place: Path, song: Song, laid: Laid, bits: str) -> str:
    seconds = laid.length_frames / laid.rate_hz
    first_bar = song.first_bars[song.start_index]
    sample = f"{laid.downbeat_frame:,}".replace(",", " ")
    kind = "32-bit float" if bits == _NOT_PCM else f"{bits} bit"
    return (
        f"{place}: {song.title}, {int(seconds // 60)}:{seconds % 60:06.3f} at {laid.rate_hz} Hz,"
        f" {kind}.\nBar {first_bar} is at sample {sample}."
    )


def _rate_hz(word: str) -> int:
    return _whole_number(word, LOWEST_RATE_HZ, HIGHEST_RATE_HZ)


def _bars(word: str) -> int:
    return _whole_number(word, 1, _MOST_BARS)


def _whole_number(word: str, lowest: int, highest: int) -> int:
    try:
        number = int(word)
    except ValueError:
        number = lowest - 1
    if not lowest <= number <= highest:
        sentence = f"must be a whole number from {lowest} to {highest}; found {word}"
        raise argparse.ArgumentTypeError(sentence)
    return number
