"""What the DAW was sent, as a Standard MIDI File that any DAW opens, and as text to read.

Pure bytes and text. The file's clock is plain time: a quarter note lasts one second.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from countoff.midi.variable_length import variable_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.rehearsal.virtual_daw import Sent

_TICKS_PER_SECOND = 10_000
_NS_PER_TICK = 1_000_000_000 // _TICKS_PER_SECOND
_ONE_SECOND_A_QUARTER = bytes((0x00, 0xFF, 0x51, 0x03)) + (1_000_000).to_bytes(3, "big")
_END_OF_TRACK = bytes((0x00, 0xFF, 0x2F, 0x00))
_SYSEX = 0xF0


def midi_file(sent: Sequence[Sent]) -> bytes:
    """Return a Standard MIDI File of one track with each message at its moment, to 0.1 ms."""
    track = bytearray(_ONE_SECOND_A_QUARTER)
    last_tick = 0
    for one in sent:
        tick = one.at_ns // _NS_PER_TICK
        track += variable_length(tick - last_tick)
        last_tick = tick
        if one.message[0] == _SYSEX:
            # In a file the length of a system exclusive message stands behind its first byte.
            track += bytes((_SYSEX,)) + variable_length(len(one.message) - 1) + one.message[1:]
        else:
            track += one.message
    track += _END_OF_TRACK
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, _TICKS_PER_SECOND)
    return header + b"MTrk" + struct.pack(">I", len(track)) + bytes(track)


def midi_text(sent: Sequence[Sent]) -> str:
    """Return one line a message: the time in seconds, the bytes, and what they mean."""
    rows = [(one.at_ns / 1e9, one.message.hex(" ").upper(), one.meaning) for one in sent]
    width = max((len(row[1]) for row in rows), default=0)
    return "".join(f"{at_s:13.6f}  {code:<{width}}  {meaning}\n" for at_s, code, meaning in rows)
