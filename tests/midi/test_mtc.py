from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.mtc import (
    FullFrame,
    QuarterFrame,
    decode,
    encode,
    pieces_of,
    place_of,
    quarter_frames,
)
from countoff.midi.timecode import Rate, TimeCode

if TYPE_CHECKING:
    from collections.abc import Iterator

# As published: frames a second in real time, frame numbers a second, and the code in the hour.
PUBLISHED = {
    Rate.FPS_24: (Fraction(24), 24, 0b00),
    Rate.FPS_25: (Fraction(25), 25, 0b01),
    Rate.FPS_30_DROP: (Fraction(30000, 1001), 30, 0b10),
    Rate.FPS_30: (Fraction(30), 30, 0b11),
}


@st.composite
def places(draw: st.DrawFn) -> TimeCode:
    """Return any whole frame."""
    rate = draw(st.sampled_from(Rate))
    return TimeCode.at_frame(draw(st.integers(0, rate.frames_per_day - 1)), rate)


def counted(frames_a_second: int, *, drops: bool) -> Iterator[tuple[int, int, int, int]]:
    """Yield hours, minutes, seconds and frames as somebody counts them by hand."""
    hour = minute = second = frame = 0
    while True:
        yield hour, minute, second, frame
        frame += 1
        if frame == frames_a_second:
            frame, second = 0, second + 1
            if second == 60:
                second, minute = 0, minute + 1
                if minute == 60:
                    minute, hour = 0, hour + 1
                if drops and minute % 10 != 0:
                    frame = 2


@pytest.mark.parametrize(
    ("place", "full", "pieces"),
    [
        (
            TimeCode(1, 2, 3, 4, Rate.FPS_24),
            "F0 7F 7F 01 01 01 02 03 04 F7",
            "F1 04 F1 10 F1 23 F1 30 F1 42 F1 50 F1 61 F1 70",
        ),
        (
            TimeCode(1, 37, 52, 16, Rate.FPS_25),
            "F0 7F 7F 01 01 21 25 34 10 F7",
            "F1 00 F1 11 F1 24 F1 33 F1 45 F1 52 F1 61 F1 72",
        ),
        (
            TimeCode(23, 59, 59, 29, Rate.FPS_30_DROP),
            "F0 7F 7F 01 01 57 3B 3B 1D F7",
            "F1 0D F1 11 F1 2B F1 33 F1 4B F1 53 F1 67 F1 75",
        ),
        (
            TimeCode(16, 0, 10, 8, Rate.FPS_30),
            "F0 7F 7F 01 01 70 00 0A 08 F7",
            "F1 08 F1 10 F1 2A F1 30 F1 40 F1 50 F1 60 F1 77",
        ),
    ],
)
def test_published_bytes(place: TimeCode, full: str, pieces: str) -> None:
    """Full frames and quarter frames of every rate are said and read as published."""
    assert encode(FullFrame(place)) == bytes.fromhex(full)
    assert decode(bytes.fromhex(full)) == FullFrame(place)
    assert b"".join(map(encode, pieces_of(place))) == bytes.fromhex(pieces)


@given(place=places(), device_id=st.integers(0, 127))
def test_there_and_back(place: TimeCode, device_id: int) -> None:
    """What is said is read as it was meant, whole and in pieces."""
    full = FullFrame(place, device_id)
    assert decode(encode(full)) == full
    pieces = tuple(decode(encode(piece)) for piece in pieces_of(place))
    assert pieces == pieces_of(place)
    assert place_of(pieces_of(place)) == place
    assert [piece.piece for piece in pieces_of(place)] == list(range(8))


@pytest.mark.parametrize(
    "message",
    ["", "F1", "F1 80", "F1 00 00", "F2 00 00", "F0 7F 7F 01 02 00 00 00 00 00 00 00 00 00 F7",
     "F0 7F 7F 01 01 01 3C 00 00 F7", "F0 7F 7F 01 01 41 01 00 00 F7", "F0 7F 7F 01 01 01 00 00 F7",
     "F0 7F 7F 01 01 01 00 00 00", "F0 7E 7F 01 01 01 00 00 00 F7", "F0 7F 80 01 01 01 00 00 00 F7",
     "F0 7F 7F 01 01 01 00 80 00 F7", "F0 7F 7F 06 01 F7"],
)  # fmt: skip
def test_what_is_no_time_code(message: str) -> None:
    """User bits, places that do not exist, other messages and fragments are nothing."""
    assert decode(bytes.fromhex(message)) is None


@given(data=st.binary(max_size=16) | st.binary(max_size=1).map(lambda rest: b"\xf1" + rest))
def test_any_bytes_are_survived(data: bytes) -> None:
    """Whatever comes is read without an error, and has bytes of its own."""
    if (message := decode(data)) is not None:
        assert decode(encode(message)) == message


@given(bits=st.lists(st.integers(0, 15), min_size=8, max_size=8))
def test_any_pieces_are_a_place_or_none(bits: list[int]) -> None:
    """Eight pieces, whatever they say, are a place that exists, or none."""
    place = place_of(tuple(QuarterFrame(piece, each) for piece, each in enumerate(bits)))
    assert place is None or place_of(pieces_of(place)) == place


@pytest.mark.parametrize("rate", Rate)
def test_an_hour_read_back(rate: Rate) -> None:
    """Over an hour and more every place is the one counted by hand, at its exact moment."""
    frames_a_second, numbers, code = PUBLISHED[rate]
    by_hand = counted(numbers, drops=rate is Rate.FPS_30_DROP)
    quarter = 1 / (4 * frames_a_second)
    frames = 3660 * numbers
    stretch = quarter_frames(TimeCode(0, 0, 0, 0, rate), frames)
    for index in range(0, 4 * frames, 8):
        hour, minute, second, frame = next(by_hand)
        next(by_hand)
        bits = []
        for piece in range(8):
            moment, message = next(stretch)
            assert moment.numerator * quarter.denominator == (
                (index + piece) * quarter.numerator * moment.denominator
            )
            assert (message[0], message[1] >> 4) == (0xF1, piece)
            bits.append(message[1] & 15)
        assert bits[0] + bits[1] * 16 == frame
        assert bits[2] + bits[3] * 16 == second
        assert bits[4] + bits[5] * 16 == minute
        assert bits[6] + (bits[7] & 1) * 16 == hour
        assert bits[7] >> 1 == code
    assert next(stretch, None) is None


@pytest.mark.parametrize(
    ("start", "first_frame", "after_frames"),
    [
        (TimeCode(0, 0, 0, 1, Rate.FPS_24), 2, Fraction(1)),
        (TimeCode(0, 0, 0, 2, Rate.FPS_24), 2, Fraction(0)),
        (TimeCode(0, 0, 0, 1, Rate.FPS_25), 1, Fraction(0)),
        (TimeCode(0, 1, 0, 3, Rate.FPS_30_DROP), 4, Fraction(1)),
        (TimeCode(0, 0, 59, 29, Rate.FPS_30_DROP), 2, Fraction(1)),
        (TimeCode(0, 0, 0, 29, Rate.FPS_30), 0, Fraction(1)),
        (TimeCode(0, 0, 0, 2, Rate.FPS_30, 50), 4, Fraction(3, 2)),
        (TimeCode(0, 0, 0, 2, Rate.FPS_25, 1), 3, Fraction(99, 100)),
    ],
)
def test_even_frames_first(start: TimeCode, first_frame: int, after_frames: Fraction) -> None:
    """A stretch begins with an even frame, except at 25, and that much after its start."""
    (moment, low), (_, high), *_ = quarter_frames(start, 8)
    assert (low[1] & 15) + (high[1] & 15) * 16 == first_frame
    assert moment == after_frames / PUBLISHED[start.rate][0]


@given(start=places(), hundredths=st.integers(0, 99), frames=st.integers(0, 20))
def test_only_whole_places(start: TimeCode, hundredths: int, frames: int) -> None:
    """A stretch holds whole places, nothing before its start and nothing after its end."""
    begin = TimeCode(
        start.hour, start.minute, start.second, start.frame, start.rate, hundredths
    )  # fmt: skip
    moments = [moment for moment, _ in quarter_frames(begin, frames)]
    assert len(moments) % 8 == 0
    assert all(0 <= moment < frames / PUBLISHED[start.rate][0] for moment in moments)
    assert len(moments) >= 8 * ((frames - 2) // 2)


def test_past_midnight() -> None:
    """After the day's last frames comes midnight."""
    messages = [message for _, message in quarter_frames(TimeCode(23, 59, 59, 28, Rate.FPS_30), 4)]
    assert b"".join(messages[8:]).hex(" ") == "f1 00 f1 10 f1 20 f1 30 f1 40 f1 50 f1 60 f1 76"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: QuarterFrame(8, 0), "piece 8 with 0; pieces 0 to 7 with 0 to 15"),
        (lambda: QuarterFrame(0, 16), "piece 0 with 16"),
        (lambda: FullFrame(TimeCode(0, 0, 0, 0, Rate.FPS_24), 128), "device id is 128; from 0"),
    ],
)
def test_what_cannot_be_said(make: object, sentence: str) -> None:
    """What no byte can say is refused in a sentence."""
    assert callable(make)
    with pytest.raises(ValueError, match=sentence):
        make()
