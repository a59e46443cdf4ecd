from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.realtime import (
    MOST_SIXTEENTHS,
    ClockMessage,
    Realtime,
    SongPosition,
    decode,
    encode,
)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Realtime.PULSE, "f8"),
        (Realtime.START, "fa"),
        (Realtime.CONTINUE, "fb"),
        (Realtime.STOP, "fc"),
        (SongPosition(0), "f20000"),
        (SongPosition(1), "f20100"),
        (SongPosition(128), "f20001"),
        (SongPosition(MOST_SIXTEENTHS), "f27f7f"),
    ],
)
def test_bytes(message: ClockMessage, expected: str) -> None:
    """Each message is the bytes that the standard gives it."""
    assert encode(message).hex() == expected


@given(st.sampled_from(Realtime) | st.builds(SongPosition, st.integers(0, MOST_SIXTEENTHS)))
def test_there_and_back(message: ClockMessage) -> None:
    """What was encoded is decoded to the same."""
    assert decode(encode(message)) == message


@given(st.binary(max_size=4))
def test_other_bytes_are_no_message(data: bytes) -> None:
    """Whatever else comes is None, and what is a message is encoded to the same bytes."""
    message = decode(data)
    assert message is None or encode(message) == data


@pytest.mark.parametrize("sixteenths", [-1, MOST_SIXTEENTHS + 1])
def test_what_14_bits_cannot_say(sixteenths: int) -> None:
    """A position beyond them is refused in a sentence."""
    with pytest.raises(ValueError, match="0 to 16383 sixteenths; found"):
        SongPosition(sixteenths)
