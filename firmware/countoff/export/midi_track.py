"""The one track of a Standard MIDI File that holds tempo, meters and markers, as bytes. Pure."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from countoff.core.section import usual_grouping
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.export.plain_text import plain_text
from countoff.midi.variable_length import variable_length
from countoff.songs.values import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.core.tempo import Meter
    from countoff.export.tempo_steps import SteppedTempo

NAME: Final = 0x03
MARKER: Final = 0x06
TEMPO: Final = 0x51
METER: Final = 0x58
KEY: Final = 0x59
_END_OF_TRACK: Final = 0x2F
_MIDI_CLOCKS_PER_WHOLE_NOTE: Final = 96
_MOST_TEMPOS_NAMED: Final = 3
# An error that is not worth a sentence.
_NOTHING_S: Final = Fraction(1, 1_000_000)


def file_bytes(events: Sequence[tuple[int, int, bytes]], last_tick: int) -> bytes:
    """Return a file of type 1 with one track of events: tick, kind, data; given in their order."""
    track = bytearray()
    at_tick = 0
    for tick, kind, data in (*events, (last_tick, _END_OF_TRACK, b"")):
        track += variable_length(tick - at_tick) + bytes((0xFF, kind))
        track += variable_length(len(data)) + data
        at_tick = tick
    header = struct.pack(">4sIHHH", b"MThd", 6, 1, 1, TICKS_PER_QUARTER)
    return header + struct.pack(">4sI", b"MTrk", len(track)) + bytes(track)


def meter_bytes(meter: Meter) -> bytes:
    """Return a meter: how many of which note, MIDI clocks a click, and 32nds a quarter note."""
    clocks = _MIDI_CLOCKS_PER_WHOLE_NOTE // meter.note_value * (usual_grouping(meter) or (1,))[0]
    return bytes((meter.beats_per_bar, meter.note_value.bit_length() - 1, clocks, 8))


def ascii_name(text: str, otherwise: str) -> bytes:
    """Return a name in plain text; `otherwise` where nothing of it is left."""
    return (plain_text(text)[:MOST_CHARACTERS].rstrip() or otherwise).encode("ascii")


def tempo_remarks(tempo: SteppedTempo, *, is_open: bool) -> Iterator[str]:
    """Say, a sentence each, what became of the tempo."""
    if tempo.ramps:
        ramps = "The ramp" if tempo.ramps == 1 else f"{tempo.ramps} ramps"
        yield f"{ramps} became {tempo.ramp_steps} steps: a MIDI file's tempo cannot move."
    if tempo.rounded:
        named = ", ".join(str(each) for each in tempo.rounded[:_MOST_TEMPOS_NAMED])
        more = len(tempo.rounded) - _MOST_TEMPOS_NAMED
        yield (
            "A MIDI file's tempo is whole microseconds a quarter note, so these are rounded: "
            f"{named}{f' and {more} more' if more > 0 else ''}."
        )
    if tempo.largest_s > _NOTHING_S:
        # Rounded up: it is a limit.
        hundredths = -int(-tempo.largest_s * 100_000 // 1)
        yield f"No tick of the file is more than {hundredths / 100:.2f} ms off the song's."
    if is_open and tempo.last_drift:
        yield (
            "From its last tempo on, the file drifts from the song by "
            f"{float(abs(tempo.last_drift)) * 60_000:.2g} ms a minute."
        )
