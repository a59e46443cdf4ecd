"""Walks through the tracks of a Standard MIDI File and keeps what a tempo map is made of. Pure.

mido says what each meta event means. The walk is our own, since mido gives a whole file up for one
odd event or one foreign chunk, does not say where, and makes an object of every note.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mido.midifiles.meta import KeySignatureError, MetaMessage

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER_BYTES: Final = 14
_META, _SYSEX, _ESCAPE = 0xFF, 0xF0, 0xF7
_END_OF_TRACK = 0x2F
_LYRIC, _SMPTE_OFFSET = 0x05, 0x54
# The metas that are taken: those that are text, and those of so many bytes of data.
_TEXTS: Final = {0x03: "title", 0x06: "marker", 0x07: "marker"}
_VALUES: Final = {0x51: ("tempo", 3), 0x58: ("meter", 4), 0x59: ("key", 2)}
# Data bytes of each channel message, by the upper half of its status.
_DATA_BYTES: Final = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_LONGEST_NUMBER: Final = 4


class DamagedError(Exception):
    """The file cannot be read; the text is a sentence that says where and why."""


@dataclass(frozen=True, slots=True)
class Meta:
    """A meta event that says something of a song.

    kind:   title, marker, tempo, meter or key
    text:   that of a title or a marker
    values: those of the others, as mido names them
    """

    tick: int
    track: int
    kind: str
    text: str = ""
    values: MetaMessage | None = None


@dataclass(frozen=True, slots=True)
class MidiTracks:
    """What a file holds of a song, in the file's own ticks.

    metas:    in the order of their ticks; on one tick in the order of the file
    end_tick: where the last track ends
    left_out: sentences about what was passed over
    """

    ticks_per_quarter: int
    metas: tuple[Meta, ...]
    end_tick: int
    left_out: tuple[str, ...]


@dataclass(slots=True)
class _Passed:
    """What was passed over, counted."""

    notes: int = 0
    lyrics: int = 0
    smpte_offsets: int = 0


def read_midi_tracks(data: bytes) -> MidiTracks:
    """Read a Standard MIDI File of type 0 or 1. Raises DamagedError."""
    data = _unwrapped(data)
    tracks_promised, ticks_per_quarter, at = _header(data)
    metas: list[Meta] = []
    left_out: list[str] = []
    passed = _Passed()
    end_tick, track = 0, 0
    while at < len(data):
        if len(data) - at < 8:
            left_out.append(f"The last {len(data) - at} bytes of the file are no track.")
            break
        name, length = struct.unpack_from(">4sI", data, at)
        at += 8
        if name != b"MTrk":
            if not name.isalnum() or length > len(data) - at:
                left_out.append(f"From byte {at - 8} on the file holds no track.")
                break
            left_out.append(f"The foreign chunk {name.decode('latin-1')!r} is passed over.")
            at += length
            continue
        track += 1
        if length > len(data) - at:
            raise DamagedError(
                f"The file is cut off: its track {track} should have {length} bytes, "
                f"and {len(data) - at} are there."
            )
        track_end_tick, found = _track(data[at : at + length], at, track, passed, left_out)
        metas.extend(found)
        end_tick = max(end_tick, track_end_tick)
        at += length
    if not track:
        raise DamagedError("This MIDI file has no track.")
    if track != tracks_promised:
        left_out.append(f"The file says that it has {tracks_promised} tracks, and has {track}.")
    left_out.extend(_passed_over(passed))
    metas.sort(key=lambda meta: meta.tick)
    return MidiTracks(ticks_per_quarter, tuple(metas), end_tick, tuple(left_out))


def _passed_over(passed: _Passed) -> Iterator[str]:
    if passed.notes:
        yield f"Its notes and other channel events, {passed.notes} of them, are left out."
    if passed.lyrics:
        yield f"Its lyrics, {passed.lyrics} of them, are left out."
    if passed.smpte_offsets:
        yield "Its SMPTE offset is left out: a song begins where the take does."


def _unwrapped(data: bytes) -> bytes:
    """Take the file out of the RIFF that some Windows programs put it in."""
    if data[:4] == b"RIFF" and data[8:16] == b"RMIDdata":
        length = struct.unpack_from("<I", data.ljust(20, b"\0"), 16)[0]
        return data[20 : 20 + length]
    return data


def _header(data: bytes) -> tuple[int, int, int]:
    """Return how many tracks are promised, the ticks per quarter, and where the tracks begin."""
    if not data:
        raise DamagedError("The file is empty.")
    if data[:4] != b"MThd":
        raise DamagedError(
            f"This is no MIDI file: it begins with {data[:4]!r}, and a MIDI file with b'MThd'."
        )
    if len(data) < _HEADER_BYTES:
        raise DamagedError("The file is cut off in its header.")
    length, kind, tracks, division = struct.unpack_from(">IHHH", data, 4)
    if length < 6:
        raise DamagedError(f"Its header has {length} bytes; a MIDI file's has 6.")
    if kind == 2 and tracks > 1:
        raise DamagedError(
            f"It is of type 2: {tracks} pieces one after another. "
            "Save the one that is meant as type 0 or 1."
        )
    if kind > 2:
        raise DamagedError(f"It is of type {kind}; a MIDI file is of type 0, 1 or 2.")
    if division & 0x8000:
        frames_per_second = 256 - (division >> 8)
        raise DamagedError(
            f"Its time is counted in SMPTE frames ({frames_per_second} a second, each of "
            f"{division & 0xFF} ticks), which says nothing of bars and beats. "
            "Save it with ticks per quarter note."
        )
    if division == 0:
        raise DamagedError("It has 0 ticks per quarter note; a MIDI file has 1 to 32767.")
    return tracks, division, 8 + length


def _track(
    data: bytes, file_at: int, track: int, passed: _Passed, left_out: list[str]
) -> tuple[int, list[Meta]]:
    """Return the tick at which a track ends, and its metas; `file_at` is where it lies."""
    metas: list[Meta] = []
    at, tick, status = 0, 0, 0
    try:
        while at < len(data):
            ticks, at = _number(data, at)
            tick += ticks
            first = data[at]
            if first == _META:
                kind = data[at + 1]
                length, text_at = _number(data, at + 2)
                if kind == _END_OF_TRACK:
                    return tick, metas
                if kind in _TEXTS:
                    text = _text(data[text_at : text_at + length])
                    metas.append(Meta(tick, track, _TEXTS[kind], text))
                elif kind in _VALUES:
                    raw = data[text_at : text_at + length]
                    metas.extend(_valued(kind, raw, tick, track, left_out))
                passed.lyrics += kind == _LYRIC
                passed.smpte_offsets += kind == _SMPTE_OFFSET
                at = text_at + length
            elif first in (_SYSEX, _ESCAPE):
                length, at = _number(data, at + 1)
                at += length
            else:
                if first & 0x80:
                    status = first
                    at += 1
                length = _DATA_BYTES.get(status >> 4, 0)
                if not length or any(byte & 0x80 for byte in data[at : at + length]):
                    raise DamagedError(
                        f"Track {track} is damaged near byte {file_at + at} of the file: "
                        "what stands there is no event."
                    )
                passed.notes += 1
                at += length
    except IndexError:
        at = len(data) + 1
    if at > len(data):
        raise DamagedError(f"Track {track} ends in the middle of an event.")
    left_out.append(f"Track {track} does not say where it ends; it ends with its last event.")
    return tick, metas


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, and return it and where the next byte is."""
    value = 0
    for place in range(at, at + _LONGEST_NUMBER):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, place + 1
    raise DamagedError(f"A number has more than {_LONGEST_NUMBER} bytes; the file is damaged.")


def _valued(kind: int, data: bytes, tick: int, track: int, left_out: list[str]) -> Iterator[Meta]:
    name, length = _VALUES[kind]
    if len(data) != length:
        left_out.append(
            f"A {name} event in track {track} has {len(data)} bytes, not {length}, and is left out."
        )
        return
    try:
        values = MetaMessage.from_bytes([_META, kind, length, *data])
    except KeySignatureError:
        left_out.append(f"Track {track} names a key that does not exist; it is left out.")
        return
    yield Meta(tick, track, name, values=values)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    # Some programs end a text with a zero, as C does; a line break has no place on a screen.
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
