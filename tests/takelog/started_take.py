"""The start of a take as tests and measurements write it into a log, by one set of figures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from countoff.core.entries import TakeStarted

if TYPE_CHECKING:
    from countoff.core.song import Song

_FIRST_CLICK_NS = 100_000_000
_BAR_1_NS = 4_300_000_000


def started_take(take_id: str, at_ns: int, chart: Song, **otherwise: Any) -> TakeStarted:
    """Return the start of take 1 of a song, in session s1 at 48 kHz, but for what is `otherwise`."""
    usual = TakeStarted(
        id=take_id,
        session_id="s1",
        song=chart.title,
        number=1,
        tempo=str(chart.tempo),
        meter=str(chart.meter),
        chart=chart,
        tempo_ratio=Fraction(1),
        is_looped=False,
        click_level_db=0,
        sample_rate_hz=48_000,
        epoch=1,
        first_click_frame=1_000,
        bar1_frame=203_622,
        at_ns=at_ns,
        first_click_ns=at_ns + _FIRST_CLICK_NS,
        bar1_ns=at_ns + _BAR_1_NS,
    )
    return replace(usual, **otherwise)
