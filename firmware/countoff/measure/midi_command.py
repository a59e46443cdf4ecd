"""`countoff measure midi`: the MIDI clock as it left the box, held against the audio grid.

Runs in the command's own process, never in the daemon. Listens only.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from countoff.measure.alsa_ear import AlsaEar
from countoff.measure.figures import figures_of
from countoff.measure.grids import as_played, asked_song, grid_of
from countoff.measure.holding import NothingHeardError, hold
from countoff.measure.jack_ear import PLAYER_PORTS, JackEar, ServerMissingError, pattern_of
from countoff.measure.pulses import HeldPulses, NoClockError, hold_to_grid, hold_to_line
from countoff.measure.sources import SourceUnusableError
from countoff.songs.command_line import complain
from countoff.songs.rendering import CannotRenderError

if TYPE_CHECKING:
    import argparse

DONE = 0
NOT_ON_TIME = 1
NOT_MEASURED = 3
CLOCK_PORTS = "^Countoff MIDI:Clock$"
"""The sender's port for the clock, where it makes one of its own."""
_NS_PER_SECOND = 1_000_000_000
_LOOK_EVERY_S = 0.1
# Over ALSA: what this process itself may be late by is in it.
_ALLOWED_MS = 1.0
_WORDS_NAMED = 12


def add_midi_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `measure midi`, which sets `run`, which returns the exit code."""
    midi = subparsers.add_parser(
        "midi",
        help="hold a MIDI clock against the audio grid",
        description="Listens over JACK, where every byte has its frame, to the clock and, with a"
        " song, to the click too: a pulse is held against the click's own grid. Over ALSA, and"
        " without a song, it is held against the straightest line.",
    )
    midi.add_argument(
        "song", metavar="SONG", nargs="?", help="the song of the take: a file, or a title"
    )
    midi.add_argument("--from", dest="section", metavar="SECTION", help="where the take begins")
    source = midi.add_mutually_exclusive_group()
    source.add_argument(
        "--jack", metavar="PORT", help="part of the JACK port's name (default: the box's clock)"
    )
    source.add_argument("--alsa", metavar="PORT", help="part of the ALSA port's name")
    midi.add_argument("--seconds", type=float, default=60, help="how long to listen (default: 60)")
    midi.add_argument("--json", action="store_true", help="print JSON instead of a table")
    midi.set_defaults(run=measure_midi)


def measure_midi(arguments: argparse.Namespace) -> int:
    """Record, and print when the pulses came."""
    try:
        held = _over_alsa(arguments) if arguments.alsa is not None else _over_jack(arguments)
    except (
        CannotRenderError,
        NoClockError,
        NothingHeardError,
        ServerMissingError,
        SourceUnusableError,
    ) as error:
        complain(str(error))
        return NOT_MEASURED
    if arguments.json:
        print(json.dumps(as_json(held), indent=2))
    else:
        _print(held)
    return DONE if is_on_time(held) else NOT_ON_TIME


def is_on_time(held: HeldPulses) -> bool:
    """Tell whether every pulse was there: on its frame, or over ALSA within a millisecond."""
    if held.missing or held.doubled:
        return False
    if held.on_grid:
        return not held.errors.any()
    if held.places_per_second == _NS_PER_SECOND:
        return figures_of(held.errors_ms, step=0.01).p99_of_size <= _ALLOWED_MS
    # A line through rounded frames is up to half a frame beside each.
    return bool(abs(held.errors).max() <= 1)


def _over_alsa(arguments: argparse.Namespace) -> HeldPulses:
    with AlsaEar(arguments.alsa) as ear, suppress(KeyboardInterrupt):
        _say(f"Listening over ALSA for {arguments.seconds:g} s.")
        time.sleep(arguments.seconds)
    return hold_to_line(ear.heard, _NS_PER_SECOND)


def _over_jack(arguments: argparse.Namespace) -> HeldPulses:
    """Record. Raises what `measure_midi` says."""
    from countoff.config.load import load  # noqa: PLC0415

    clock_ports = CLOCK_PORTS if arguments.jack is None else pattern_of(arguments.jack)
    song = None if arguments.song is None else asked_song(arguments)
    audio = {} if song is None else {"click": PLAYER_PORTS.format(0)}
    ear = JackEar(audio, {"clock": clock_ports}, seconds=arguments.seconds)
    with ear, suppress(KeyboardInterrupt):
        _say(f"Listening over JACK for {arguments.seconds:g} s.")
        ear.listen()
    if song is None:
        return hold_to_line(ear.midi["clock"], ear.rate_hz, ear.lost)
    recording = ear.recording("click")
    loaded = load(getattr(arguments, "config", None))
    played = as_played(song, loaded, recording.rate_hz, ear.heard_s)
    held = hold(recording, played.program, played.bank)
    grid = grid_of(song, loaded, held.rate_hz, round(held.offset_frames))
    return hold_to_grid(ear.midi["clock"], grid, ear.lost)


def as_json(held: HeldPulses) -> dict[str, Any]:
    """Return everything that was found as JSON has it."""
    return {
        "against": "the click's grid" if held.on_grid else "the straightest line",
        "places_per_second": held.places_per_second,
        "is_on_time": is_on_time(held),
        "pulses": len(held.errors),
        "missing": held.missing,
        "doubled": held.doubled,
        "not_judged": held.in_lost,
        "bpm": held.bpm,
        "words": [{"place": place, "word": word} for place, word in held.words],
        "errors": asdict(figures_of(held.errors, step=1 if held.on_grid else 0.25)),
        "errors_ms": asdict(figures_of(held.errors_ms, step=0.01, digits=5)),
    }


def _print(held: HeldPulses) -> None:
    from countoff.measure.tables import print_facts, print_histogram  # noqa: PLC0415 - loads rich

    figures = figures_of(held.errors_ms, step=0.01, digits=4)
    sizes = figures_of(abs(held.errors_ms), step=0.01, digits=4)
    against = "the click's own grid" if held.on_grid else "the straightest line"
    words = ", ".join(word for _, word in held.words[:_WORDS_NAMED])
    print_facts(
        [
            ("pulses held", f"{len(held.errors)}, against {against}"),
            ("tempo", "the song's" if held.bpm is None else f"{held.bpm:.4f}"),
            ("missing, doubled", f"{held.missing}, {held.doubled}"),
            ("in gaps of the server", f"{held.in_lost}, not judged"),
            ("beside them", words or "nothing"),
            ("off by", f"p50 {sizes.median:g} ms, p99 {sizes.p99_of_size:g} ms"),
            ("", f"{figures.lowest:g} to {figures.highest:g} ms"),
        ]
    )
    if held.places_per_second == _NS_PER_SECOND:
        print_histogram(figures, "ms off")
    else:
        step = 1 if held.on_grid else 0.25
        print_histogram(figures_of(held.errors, step=step), "frames off")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
