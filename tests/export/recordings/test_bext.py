from __future__ import annotations

import io
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.export.recordings.bwf import RATE_HZ, bext, chunk, fmt, header

from countoff.export.recordings.bext import NOTHING, Broadcast, read_broadcast

LATE = 5_000_000_000  # frames: more than 32 bits hold


def read(data: bytes) -> Broadcast:
    """Read bytes as a file of 48 kHz."""
    return read_broadcast(io.BytesIO(data), RATE_HZ)


@pytest.mark.parametrize("reference", [0, 1, 172_800_000, LATE])
def test_place_and_moment_are_read(reference: int) -> None:
    """Both halves of the 64-bit time reference count, and date and time are one moment."""
    found = read(header(100, chunk(b"JUNK", b"odd") + chunk(b"bext", bext(reference))))

    assert found == Broadcast(reference, datetime(2026, 11, 22, 14, 3, 12, tzinfo=UTC))


def test_signs_between_the_numbers_do_not_matter() -> None:
    """The standard allows several between the numbers of date and time."""
    body = bext(7, "2026_11.22", "14-03 12")

    assert read(header(0, chunk(b"bext", body))).recorded == datetime(
        2026, 11, 22, 14, 3, 12, tzinfo=UTC
    )


def test_a_chunk_after_the_samples_is_found() -> None:
    """Some programs append it."""
    data = header(3) + bytes(6) + chunk(b"bext", bext(99))

    assert read(data).time_reference_frames == 99


def test_it_is_found_behind_more_samples_than_32_bits_count() -> None:
    """In RF64 the true length of the samples stands in the ds64 chunk."""
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 0, 12, 6, 0))
    opening = b"RF64" + b"\xff" * 4 + b"WAVE" + ds64 + fmt() + b"data" + b"\xff" * 4

    assert read(opening + bytes(12) + chunk(b"bext", bext(5))).time_reference_frames == 5


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"FORM\0\0\0\0AIFF",
        header(4),
        header(4, chunk(b"bext", b"short")),
        header(4, chunk(b"bext", bext(1)))[:300],
    ],
)
def test_what_says_nothing_says_nothing(data: bytes) -> None:
    """No chunk, or one that is cut off, is no error."""
    assert read(data) == NOTHING


def test_nonsense_is_not_believed() -> None:
    """No timeline is years long, and no month has 99 days."""
    assert read(header(0, chunk(b"bext", bext(2**63, "2026-11-99")))) == NOTHING


@given(st.binary(max_size=700))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    """Whatever a damaged file holds, reading it ends, and raises nothing."""
    read(data)
    read(b"RIFF\0\0\0\0WAVE" + data)
