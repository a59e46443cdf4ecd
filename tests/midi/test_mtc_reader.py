from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.mtc import FullFrame, encode, pieces_of, quarter_frames
from countoff.midi.mtc_reader import STOPPED_AFTER_NS, Motion, PlaceRead, Reader
from countoff.midi.timecode import Rate, TimeCode

QUARTER_NS = 8_333_333

# Frame numbers a second, and what a frame lasts in nanoseconds, as a fraction; as published.
PUBLISHED = {
    Rate.FPS_24: (24, (10**9, 24)),
    Rate.FPS_25: (25, (10**9, 25)),
    Rate.FPS_30_DROP: (30, (10**9 * 1001, 30_000)),
    Rate.FPS_30: (30, (10**9, 30)),
}


def heard(reader: Reader, messages: list[bytes], from_ns: int = 0) -> list[PlaceRead]:
    """Return what is read of messages that are a quarter frame apart."""
    read = (
        reader.hear(from_ns + index * QUARTER_NS, message) for index, message in enumerate(messages)
    )
    return [place for place in read if place is not None]


def running(start: TimeCode, frames: int) -> list[bytes]:
    """Return the quarter frames of a stretch."""
    return [message for _, message in quarter_frames(start, frames)]


@st.composite
def even_places(draw: st.DrawFn) -> TimeCode:
    """Return any place with an even number, not at a day's end."""
    rate = draw(st.sampled_from(Rate))
    return TimeCode.at_frame(2 * draw(st.integers(0, rate.frames_per_day // 2 - 100)), rate)


@pytest.mark.parametrize("rate", Rate)
def test_no_frame_off_over_an_hour(rate: Rate) -> None:
    """What a receiver shows after each place is, over an hour, the frame counted by hand."""
    drops = rate is Rate.FPS_30_DROP
    numbers, (over, under) = PUBLISHED[rate]
    reader = Reader()
    hour = minute = second = frame = 0
    off = places = 0
    for moment, message in quarter_frames(TimeCode(0, 0, 0, 0, rate), 3610 * numbers):
        read = reader.hear(moment.numerator * 10**9 // moment.denominator, message)
        if read is None:
            continue
        places += 1
        shown = read.place
        # The first place is frames 0 and 1: its last piece comes three quarters through frame 1.
        for _ in range(2 if places > 1 else 1):
            frame += 1
            if frame == numbers:
                frame, second = 0, second + 1
                if second == 60:
                    second, minute = 0, minute + 1
                    if minute == 60:
                        minute, hour = 0, hour + 1
                    if drops and minute % 10:
                        frame = 2
        off += (shown.hour, shown.minute, shown.second, shown.frame) != (
            hour, minute, second, frame,
        )  # fmt: skip
        off += (shown.subframe, shown.rate, read.motion) != (75, rate, Motion.FORWARDS)
        # One and three quarter frames after the first, then two more with each place.
        off += read.at_ns != (8 * places - 1) * over // (4 * under)
    assert off == 0
    assert places == 3610 * numbers // 2
    assert hour == 1


def test_full_frame_is_where_it_went() -> None:
    """A full frame is the place itself, and nothing rolls."""
    reader = Reader()
    place = TimeCode(1, 2, 3, 4, Rate.FPS_25)
    assert reader.hear(5, encode(FullFrame(place))) == PlaceRead(5, place, Motion.LOCATED)
    assert not reader.is_rolling(5)


def test_backwards() -> None:
    """From piece 7 to piece 0 the place is that of the last piece's own moment, and goes down."""
    messages: list[bytes] = []
    for frame in (10, 8, 6):
        messages += [
            encode(piece) for piece in reversed(pieces_of(TimeCode(0, 1, 0, frame, Rate.FPS_30)))
        ]
    read = heard(Reader(), messages)
    assert [(each.place.frame, each.place.subframe, each.motion) for each in read] == [
        (10, 0, Motion.BACKWARDS),
        (8, 0, Motion.BACKWARDS),
        (6, 0, Motion.BACKWARDS),
    ]


@given(place=even_places(), skipped=st.integers(0, 7))
def test_joined_in_the_middle(place: TimeCode, skipped: int) -> None:
    """Whoever begins to listen in the middle of a place has the next one right, either way."""
    messages = running(place, 6)
    places = [TimeCode.at_frame(place.frames + 2 * index, place.rate) for index in range(3)]
    first = 1 if skipped else 0
    read = heard(Reader(), messages[skipped:])
    assert [each.place.frames - 1 for each in read] == [each.frames for each in places[first:]]
    read = heard(Reader(), messages[::-1][skipped:])
    assert [each.place for each in read] == places[::-1][first:]


@given(place=even_places(), target=even_places(), heard_pieces=st.integers(1, 8))
def test_never_a_place_of_two(place: TimeCode, target: TimeCode, heard_pieces: int) -> None:
    """After a jump, wherever it cuts, only places that were said are read."""
    reader = Reader()
    said = {place.frames + 1, place.frames + 3, *(target.frames + each for each in range(1, 8, 2))}
    messages = running(place, 2) + running(TimeCode.at_frame(place.frames + 2, place.rate), 2)
    after = running(target, 8)
    # One that begins again with the piece it had come to, and one that begins with the first.
    for begin in (heard_pieces % 8, 0):
        reader.forget()
        read = heard(reader, messages[: 8 + heard_pieces] + after[begin:])
        assert {each.place.frames for each in read} <= said
        assert read[-1].place.frames == target.frames + 7


@pytest.mark.parametrize("lost", range(24))
def test_a_lost_piece(lost: int) -> None:
    """A place of which a piece was lost is not read, and the one after it is."""
    messages = running(TimeCode(0, 59, 59, 20, Rate.FPS_25), 8)
    del messages[lost]
    read = heard(Reader(), messages)
    frames = [each.place.frames - 1 - TimeCode(0, 59, 59, 20, Rate.FPS_25).frames for each in read]
    assert frames == [each for index, each in enumerate((0, 2, 4, 6)) if index != lost // 8]


def test_rolls_while_pieces_come() -> None:
    """It rolls from the first whole place until pieces stay away, are missing, or it locates."""
    messages = running(TimeCode(0, 0, 0, 0, Rate.FPS_30), 4)
    reader = Reader()
    heard(reader, messages[:7])
    assert not reader.is_rolling(7 * QUARTER_NS)
    reader.hear(7 * QUARTER_NS, messages[7])
    assert reader.is_rolling(7 * QUARTER_NS + STOPPED_AFTER_NS)
    assert not reader.is_rolling(7 * QUARTER_NS + STOPPED_AFTER_NS + 1)
    reader.hear(8 * QUARTER_NS, messages[9])
    assert not reader.is_rolling(8 * QUARTER_NS)
    heard(reader, messages)
    reader.hear(100, encode(FullFrame(TimeCode(0, 0, 9, 0, Rate.FPS_30))))
    assert not reader.is_rolling(100)


def test_what_comes_after_a_pause_is_new() -> None:
    """Pieces that go on with the right number after a pause are not the rest of the old place."""
    reader = Reader()
    assert heard(reader, running(TimeCode(1, 0, 0, 0, Rate.FPS_30), 2)[:4]) == []
    late = running(TimeCode(2, 0, 0, 0, Rate.FPS_30), 4)[4:]
    read = heard(reader, late, from_ns=4 * QUARTER_NS + STOPPED_AFTER_NS)
    assert [each.place.frame for each in read] == [3]
    assert [each.place.hour for each in read] == [2]


def test_places_that_do_not_exist() -> None:
    """Pieces of a place that no clock shows are no place, and nothing rolls."""
    wrong = "F1 0F F1 11 F1 20 F1 30 F1 40 F1 50 F1 61 F1 76"
    reader = Reader()
    data = bytes.fromhex(wrong)
    assert heard(reader, [data[index : index + 2] for index in range(0, 16, 2)]) == []
    assert not reader.is_rolling(7 * QUARTER_NS)


@given(
    noise=st.lists(
        st.binary(max_size=12) | st.integers(0, 127).map(lambda byte: bytes((0xF1, byte))),
        max_size=40,
    ),
    place=even_places(),
)
def test_right_again_after_garbage(noise: list[bytes], place: TimeCode) -> None:
    """Whatever came before, places are read right again, the second one at the latest."""
    reader = Reader()
    heard(reader, noise)
    read = heard(reader, running(place, 6), from_ns=len(noise) * QUARTER_NS)
    assert [each.place.frames - 1 for each in read[-2:]] == [place.frames + 2, place.frames + 4]
    target = FullFrame(place)
    assert reader.hear(0, encode(target)) == PlaceRead(0, place, Motion.LOCATED)


@given(place=even_places())
def test_other_messages_between_pieces(place: TimeCode) -> None:
    """Clocks and notes between the pieces do not part them."""
    messages = [
        each for message in running(place, 4) for each in (message, b"\xf8", b"\x90\x5f\x7f")
    ]
    assert len(heard(Reader(), messages)) == 2


def test_moments_rise() -> None:
    """The moments of a stretch go on without a gap across a minute that drops frames."""
    stretch = quarter_frames(TimeCode(0, 8, 59, 20, Rate.FPS_30_DROP), 60)
    moments = [moment for moment, _ in islice(stretch, 160)]
    assert {later - earlier for earlier, later in pairwise(moments)} == {
        (moments[1] - moments[0])
    }  # fmt: skip
