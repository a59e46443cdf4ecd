from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.timecode import Rate, TimeCode

RATES = st.sampled_from(Rate)

# A day's frames, as published.
FRAMES_PER_DAY = {
    Rate.FPS_24: 2_073_600,
    Rate.FPS_25: 2_160_000,
    Rate.FPS_30_DROP: 2_589_408,
    Rate.FPS_30: 2_592_000,
}


@st.composite
def places(draw: st.DrawFn) -> TimeCode:
    """Return any place that there is."""
    rate = draw(RATES)
    minute, second = draw(st.integers(0, 59)), draw(st.integers(0, 59))
    skipped = 2 if rate is Rate.FPS_30_DROP and second == 0 and minute % 10 else 0
    frame = draw(st.integers(skipped, rate.whole_frames - 1))
    return TimeCode(draw(st.integers(0, 23)), minute, second, frame, rate, draw(st.integers(0, 99)))


@given(place_s=st.integers(0, 24 * 3600 - 1), rate=RATES)
def test_seconds_read_as_displayed(place_s: int, rate: Rate) -> None:
    """A place in seconds is the one that a counter of hours, minutes and seconds shows."""
    place = TimeCode.at_seconds(place_s, rate)
    assert (place.hour * 60 + place.minute) * 60 + place.second == place_s
    assert place.frame in ({0, 2} if rate is Rate.FPS_30_DROP else {0})


@pytest.mark.parametrize(("place_s", "frame"), [(0, 0), (60, 2), (61, 0), (540, 2), (600, 0)])
def test_drop_frame_skips_its_frames(place_s: int, frame: int) -> None:
    """Drop-frame time code has no frames 0 and 1 in nine minutes of ten."""
    assert TimeCode.at_seconds(place_s, Rate.FPS_30_DROP).frame == frame


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ((24, 0, 0, 0, Rate.FPS_25), "hour is 24; from 0 to 23 is allowed at 25 frames"),
        ((0, 60, 0, 0, Rate.FPS_25), "minute is 60; from 0 to 59"),
        ((0, 0, -1, 0, Rate.FPS_25), "second is -1; from 0 to 59"),
        ((0, 0, 0, 25, Rate.FPS_25), "frame is 25; from 0 to 24"),
        ((0, 0, 0, 0, Rate.FPS_25, 100), "subframe is 100; from 0 to 99"),
        ((0, 1, 0, 1, Rate.FPS_30_DROP), "no frame 1 in minute 1, second 0"),
    ],
)
def test_places_that_do_not_exist(fields: tuple[int, ...], sentence: str) -> None:
    """A place that no clock can show is refused in a sentence."""
    with pytest.raises(ValueError, match=sentence):
        TimeCode(*fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("rate", Rate)
def test_an_hour_counted_by_hand(rate: Rate) -> None:
    """Counted up by hand, frame by frame, each number has its place, and each place its number."""
    hour = minute = second = frame = 0
    for count in range(3700 * 30):
        place = TimeCode(hour, minute, second, frame, rate)
        assert place.frames == count
        assert TimeCode.at_frame(count, rate) == place
        frame += 1
        if frame == rate.whole_frames:
            frame, second = 0, second + 1
            if second == 60:
                second, minute = 0, minute + 1
                if minute == 60:
                    minute, hour = 0, hour + 1
                if rate is Rate.FPS_30_DROP and minute not in {0, 10, 20, 30, 40, 50}:
                    frame = 2


@pytest.mark.parametrize("rate", Rate)
def test_a_days_last_frame(rate: Rate) -> None:
    """A day has the published number of frames, and nothing lies beyond its last."""
    last = TimeCode(23, 59, 59, rate.whole_frames - 1, rate)
    assert rate.frames_per_day == FRAMES_PER_DAY[rate] == last.frames + 1
    assert TimeCode.at_frame(last.frames, rate) == last
    for beyond in (-1, FRAMES_PER_DAY[rate]):
        with pytest.raises(ValueError, match=f"{beyond} frames after midnight; from 0 to"):
            TimeCode.at_frame(beyond, rate)


@pytest.mark.parametrize(
    ("place", "seconds"),
    [
        (TimeCode(1, 0, 0, 0, Rate.FPS_24), Fraction(3600)),
        (TimeCode(0, 0, 1, 12, Rate.FPS_25, 50), Fraction(3, 2)),
        (TimeCode(1, 0, 0, 0, Rate.FPS_30), Fraction(3600)),
        (TimeCode(1, 0, 0, 0, Rate.FPS_30_DROP), Fraction(107_892 * 1001, 30_000)),
        (TimeCode(0, 1, 0, 2, Rate.FPS_30_DROP), Fraction(1800 * 1001, 30_000)),
    ],
)
def test_real_time(place: TimeCode, seconds: Fraction) -> None:
    """Seconds are those of a clock; a drop-frame frame lasts 1001 thirty-thousandths of one."""
    frames = place.frames + Fraction(place.subframe, 100)
    assert frames / place.rate.frames_per_second == seconds


@given(place=places())
def test_there_and_back(place: TimeCode) -> None:
    """A place is known by its number, and by its bytes."""
    whole = TimeCode.at_frame(place.frames, place.rate)
    assert (whole.hour, whole.minute, whole.second, whole.frame) == (
        place.hour,
        place.minute,
        place.second,
        place.frame,
    )
    assert TimeCode.from_bytes(*place.five_bytes) == place
    assert max(place.five_bytes) < 0x80


@given(data=st.lists(st.integers(0, 127), min_size=4, max_size=5))
def test_any_bytes_are_a_place_or_none(data: list[int]) -> None:
    """Whatever bytes say is a place that exists, or None."""
    place = TimeCode.from_bytes(*data)
    assert place is None or 0 <= place.frames < place.rate.frames_per_day
