"""Recordings of made takes, drawn by hypothesis, as if they had been matched. No file is behind them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from countoff.export.recordings.values import (
    BarOneFrom,
    MatchedRecordings,
    MatchedTake,
    PlacedRecording,
    Recording,
    TakeTrack,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path("/studio/Kit & <friends>")
# A microphone, and the sides that it has files for.
MICROPHONES = (("Kick", ("",)), ("Over head", ("L", "R")), ('Room "far"', ("",)))


def recording(path: str, rate_hz: int, length_frames: int, side: str = "") -> Recording:
    """Return a recording of which nothing but its length and rate matters."""
    return Recording(
        path=path,
        track="",
        track_number=None,
        side=side,
        pass_key=(),
        rate_hz=rate_hz,
        length_frames=length_frames,
        channels=1,
        time_reference_frames=None,
        recorded=None,
        recorded_within_s=0.0,
        changed_ns=0,
    )


def matched(takes: Sequence[MatchedTake], folder: Path = FOLDER) -> MatchedRecordings:
    """Return a folder of which all that is there is sure."""
    return MatchedRecordings(folder, (), tuple(takes), (), (), (), ())


@st.composite
def matched_recordings(
    draw: st.DrawFn, ids: Sequence[str], rate_hz: int, *, needs_one: bool = False
) -> MatchedRecordings | None:
    """Nothing, or recordings of some takes: of any rate, from before bar 1 on or after, short or long."""
    of_takes = draw(st.lists(st.sampled_from(ids), unique=True, min_size=int(needs_one)))
    if not of_takes and not draw(st.booleans()):
        return None
    takes = []
    for take_id in of_takes:
        microphones = draw(st.lists(st.sampled_from(MICROPHONES), unique=True, min_size=1))
        tracks = []
        for name, sides in microphones:
            placed = []
            for side in sides:
                own_hz = draw(st.sampled_from((rate_hz, rate_hz, 44_100, 96_000)))
                before_s = draw(st.floats(-3, 12))
                length_frames = draw(st.integers(1, 60 * own_hz))
                made = recording(f"{name}{side} {take_id}.wav", own_hz, length_frames, side)
                placed.append(PlacedRecording(replace(made, track=name), -round(before_s * own_hz)))
            tracks.append(TakeTrack(name, tuple(placed)))
        takes.append(MatchedTake(take_id, "P1", tuple(tracks), BarOneFrom.ANSWER, 20))
    return matched(takes)
