from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.timecode import Rate, TimeCode

RATES = st.sampled_from(Rate)


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
