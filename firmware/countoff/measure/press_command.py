"""`countoff measure press`: from the edge of a pedal to the record command, on the running box.

Runs in the command's own process, never in the daemon: it hears the bytes as a DAW would, and reads
the edges from the take log, where they stand with the pin's own time. The takes are real ones.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from countoff.measure.alsa_ear import AlsaEar
from countoff.measure.figures import figures_of
from countoff.measure.jack_ear import JackEar, ServerMissingError, pattern_of
from countoff.measure.sources import SourceUnusableError
from countoff.midi.mmc import Transport, encode
from countoff.songs.command_line import complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

DONE = 0
LATE = 1
NOT_MEASURED = 3
DAW_PORTS = "^Countoff:DAW$"
_NS_PER_MS = 1_000_000
_ALLOWED_MS = 10.0
# An edge longer ago has nothing to do with a command.
_LONGEST_NS = 2_000 * _NS_PER_MS
# What is in the log a moment after it happened.
_WRITTEN_S = 1.5
_LOOK_EVERY_S = 0.1


def add_press_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `measure press`, which sets `run`, which returns the exit code."""
    press = subparsers.add_parser(
        "press",
        help="measure the time from the edge of a pedal to the record command",
        description="Step on ROLL as often as asked for, and end each take as always; the takes are"
        " in the log.",
    )
    source = press.add_mutually_exclusive_group()
    source.add_argument(
        "--jack", metavar="PORT", help="part of the JACK port's name (default: the box's own)"
    )
    source.add_argument("--alsa", metavar="PORT", help="part of the ALSA port's name")
    press.add_argument("--presses", type=int, default=10, help="how many (default: 10)")
    press.add_argument("--seconds", type=float, default=120, help="at most (default: 120)")
    press.add_argument("--json", action="store_true", help="print JSON instead of a table")
    press.set_defaults(run=measure_press)


def measure_press(arguments: argparse.Namespace) -> int:
    """Listen, look the edges up, and print what lay between."""
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import log_folder  # noqa: PLC0415
    from countoff.takelog.reader import LogUnreadableError, TakeLog  # noqa: PLC0415
    from countoff.takelog.stamps import BOOT_ID  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    record = encode(Transport.RECORD_STROBE, loaded.config.midi.device_id)
    try:
        heard = _over_alsa(arguments, record) if arguments.alsa else _over_jack(arguments, record)
    except (ServerMissingError, SourceUnusableError) as error:
        complain(str(error))
        return NOT_MEASURED
    time.sleep(_WRITTEN_S)
    try:
        log = TakeLog(log_folder(loaded.config.log.folder))
        edges_ns = log.press_times_ns(BOOT_ID.read_text().strip())
    except LogUnreadableError as error:
        complain(str(error))
        return NOT_MEASURED
    took_ms = ways_ms(edges_ns, heard)
    if not len(took_ms):
        complain("No press of a pedal was followed by a record command.")
        return NOT_MEASURED
    figures = figures_of(took_ms, step=0.25)
    if arguments.json:
        told = {"presses": len(took_ms), "p50_ms": figures.median, "took_ms": asdict(figures)}
        print(json.dumps(told, indent=2))
    else:
        from countoff.measure.tables import print_facts, print_histogram  # noqa: PLC0415 - rich

        print_facts(
            [
                ("presses", f"{len(took_ms)}, followed by {len(heard)} record commands"),
                ("edge to record", f"p50 {figures.median:g} ms, p99 {figures.p99_of_size:g} ms"),
                ("", f"{figures.lowest:g} to {figures.highest:g} ms"),
            ]
        )
        print_histogram(figures, "ms")
    return DONE if figures.p99_of_size <= _ALLOWED_MS else LATE


def ways_ms(edges_ns: Sequence[int], heard_ns: Iterable[int]) -> NDArray[np.float64]:
    """Return for each command that was heard how long after the last edge before it that was."""
    ways = []
    for at_ns in heard_ns:
        before = [edge_ns for edge_ns in edges_ns if at_ns - _LONGEST_NS < edge_ns <= at_ns]
        if before:
            ways.append((at_ns - max(before)) / _NS_PER_MS)
    return np.array(ways, dtype=np.float64)


def _over_jack(arguments: argparse.Namespace, record: bytes) -> list[int]:
    ports = DAW_PORTS if arguments.jack is None else pattern_of(arguments.jack)
    ear = JackEar({}, {"daw": ports}, seconds=arguments.seconds)

    def heard() -> list[int]:
        said = zip(list(ear.midi["daw"]), list(ear.midi_at_ns["daw"]), strict=False)
        return [at_ns for (_, data), at_ns in said if data == record]

    with ear, suppress(KeyboardInterrupt):
        _say(f"Step on ROLL {arguments.presses} times; listening over JACK.")
        ear.listen(lambda: len(heard()) >= arguments.presses)
    return heard()


def _over_alsa(arguments: argparse.Namespace, record: bytes) -> list[int]:
    def heard() -> list[int]:
        return [round(at_ns) for at_ns, data in list(ear.heard) if data == record]

    until_s = time.monotonic() + arguments.seconds
    with AlsaEar(arguments.alsa) as ear, suppress(KeyboardInterrupt):
        _say(f"Step on ROLL {arguments.presses} times; listening over ALSA.")
        while time.monotonic() < until_s and len(heard()) < arguments.presses:
            time.sleep(_LOOK_EVERY_S)
    return heard()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
