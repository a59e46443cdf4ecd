"""Every dialect over one cable: through the stream of bytes, into its decoder."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi import hui, mackie, mackie_handshake, mmc, mmc_responses, mtc, realtime
from countoff.midi.mtc_reader import Reader
from countoff.midi.stream import MessageStream
from countoff.midi.timecode import Rate, TimeCode

if TYPE_CHECKING:
    from collections.abc import Callable

# What each dialect may say, and what that must be read as.
WORDS: dict[str, tuple[str, object]] = {
    "mackie light": ("90 5F 7F", mackie.Light(mackie.Button.RECORD, mackie.Shine.ON)),
    "mackie digit": ("B0 49 31", mackie.Digit(9, "1")),
    "handshake": ("F0 00 00 66 14 00 F7", mackie_handshake.Query()),
    "hui light": ("B0 0C 0E 2C 45", hui.Light(hui.RECORD, is_on=True)),
    "hui ping": ("90 00 00", hui.Ping()),
    "mmc": ("F0 7F 7F 06 06 F7", (mmc.Addressed(mmc.Transport.RECORD_STROBE),)),
    "mmc response": ("F0 7F 02 07 4D 01 01 F7", (mmc_responses.Response(0x4D, b"\x01", 2),)),
    "full frame": (
        "F0 7F 7F 01 01 21 02 03 04 F7",
        mtc.FullFrame(TimeCode(1, 2, 3, 4, Rate.FPS_25)),
    ),
    "song position": ("F2 20 01", realtime.SongPosition(0xA0)),
}
CUT_SHORT = [
    "F0 00 00 66 14 12 00 41",
    "F0 7F 7F 06 44 06 01 21",
    "F0 7F 7F 06",
    "F0",
    "90 5F",
    "90",
    "B0 0C 0E 2C",
    "B0 0C",
    "F1",
    "F2 20",
    "F7 F7",
    "5F 7F",
]


def decoders() -> tuple[Callable[[bytes], object], ...]:
    """Return a decoder of each dialect, all of which have heard nothing yet."""
    return (
        mackie.decode_from_daw,
        mackie.decode_from_surface,
        mackie_handshake.decode,
        hui.FromDaw().hear,
        hui.FromSurface().hear,
        mmc.decode,
        mmc_responses.decode,
        mtc.decode,
        realtime.decode,
    )


def read(chunks: list[bytes]) -> list[object]:
    """Return whatever any dialect's decoder reads of a cable's bytes; a reader reads along."""
    stream, reader, each = MessageStream(), Reader(), decoders()
    found: list[object] = []
    for at_ns, chunk in enumerate(chunks):
        for heard_ns, message in stream.feed(at_ns, chunk):
            reader.hear(heard_ns, message)
            found += [said for decode in each if (said := decode(message))]
    return found


@pytest.mark.parametrize(("word", "meaning"), WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("begun", CUT_SHORT)
def test_after_what_was_cut_short(word: str, meaning: object, begun: str) -> None:
    """Each word is read right after any beginning of another that has no end."""
    assert meaning in read([bytes.fromhex(begun), bytes.fromhex(word)])


@given(
    noise=st.binary(max_size=40),
    name=st.sampled_from(sorted(WORDS)),
    clocks=st.lists(st.tuples(st.integers(0, 16), st.integers(0xF8, 0xFE)), max_size=6),
    cut=st.integers(0, 16),
)
def test_after_garbage(noise: bytes, name: str, clocks: list[tuple[int, int]], cut: int) -> None:
    """Each word is read right after any bytes, cut in two, with real-time bytes inside it."""
    word, meaning = WORDS[name]
    data = bytearray.fromhex(word)
    for place, byte in clocks:
        data.insert(min(place, len(data)), byte)
    found = read([noise, bytes(data[:cut]), bytes(data[cut:])])
    assert meaning in found


@given(chunks=st.lists(st.binary(max_size=30), max_size=8))
def test_any_bytes_are_survived(chunks: list[bytes]) -> None:
    """Whatever comes over a cable, no decoder ends in an error."""
    read(chunks)


@given(names=st.lists(st.sampled_from(sorted(WORDS)), max_size=8), cuts=st.data())
def test_all_on_one_cable(names: list[str], cuts: st.DataObject) -> None:
    """Dialects that share a cable do not disturb each other: all is read, in order."""
    data = b"".join(bytes.fromhex(WORDS[name][0]) for name in names)
    edges = [0, *sorted(cuts.draw(st.lists(st.integers(0, len(data)), max_size=5))), len(data)]
    chunks = [data[start:end] for start, end in pairwise(edges)]
    meanings = [meaning for _, meaning in WORDS.values()]
    assert [said for said in read(chunks) if said in meanings] == [WORDS[name][1] for name in names]
