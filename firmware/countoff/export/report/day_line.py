"""The day's time line: each take where it was on the clock, a lane for each song. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.entries import FlagKind
from countoff.export.report.values import SHAPE_WORDS, Bar, DayLine, Fit, Hour, Lane, Shape, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.export.report.clock import StudioClock
    from countoff.export.session_reading import SessionRead, SongRead
    from countoff.takelog.session_times import SessionTimes
    from countoff.takelog.summaries import TakeSummary

# About what a page and a telephone give a lane, in pixels.
_WIDE_PX = 560
_NARROW_PX = 300
_SIGN_PX = 12
_HOUR_PX = 42
_MINUTE_S = 60
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_MOST_HOURS = 12
_LEAST_LENGTH_S = 5 * _MINUTE_S
_LEAST_SHARE = 0.45
_WHOLE = 100.0


def day_line(read: SessionRead, clock: StudioClock) -> DayLine | None:
    """Return the time line of a session from its beginning to its end; None where it has no take."""
    if not read.songs:
        return None
    length_s = max(read.times.length_s, _LEAST_LENGTH_S)
    lanes = tuple(_lane(song, read.times, length_s) for song in read.songs)
    bars = [bar for lane in lanes for bar in lane.bars]
    return DayLine(
        hours=tuple(_hours(clock, length_s)),
        lanes=lanes,
        shapes=tuple(shape for shape in Shape if any(bar.shape is shape for bar in bars)),
        signs=tuple(
            sign
            for sign in Sign
            if any(bar.sign is sign and bar.sign_fit is not Fit.NEVER for bar in bars)
        ),
    )


def shape_of(take: TakeSummary, *, is_chosen: bool) -> Shape:
    """Return how a take is drawn: what became of it, before all else."""
    match take.status:
        case "false_start" if not is_chosen:
            return Shape.FALSE_START
        case "cancelled":
            return Shape.CANCELLED
        case "interrupted" if not is_chosen:
            return Shape.INTERRUPTED
    if is_chosen:
        return Shape.COMP
    return Shape.UNSEEN if take.verdict == "NOT SEEN" else Shape.WHOLE


def take_sign(take: TakeSummary) -> Sign | None:
    """Return the one sign that a take has where there is room for one: no good, keeper, or fix here."""
    whole = {flag.kind for flag in take.flags if flag.whole_take}
    kinds = {flag.kind for flag in take.flags}
    if FlagKind.NO_GOOD in whole:
        return Sign.NO_GOOD
    if FlagKind.KEEPER in kinds:
        return Sign.KEEPER
    return Sign.FIX_HERE if FlagKind.FIX_HERE in kinds else None


def _lane(song: SongRead, times: SessionTimes, length_s: float) -> Lane:
    chosen = {choice.take_id for choice in song.comp.comp.choices}
    takes = [take.detail.summary for take in song.takes]
    places = []
    for take in takes:
        began_s, ended_s = times.takes[take.id].began_s, times.takes[take.id].ended_s
        at = min(max(began_s, 0.0) / length_s * _WHOLE, _WHOLE - _LEAST_SHARE)
        width = min(max((ended_s - began_s) / length_s * _WHOLE, _LEAST_SHARE), _WHOLE - at)
        places.append((at, width))
    middles = [at + width / 2 for at, width in places]
    # What is in the comp comes before the rest.
    in_order = sorted(range(len(takes)), key=lambda place: takes[place].id not in chosen)
    label_fits = _fits(middles, [_label_px(take) for take in takes], in_order)
    signs = [take_sign(take) for take in takes]
    signed = [place for place in in_order if signs[place] is not None]
    sign_fits = _fits(middles, [_SIGN_PX] * len(takes), signed)
    bars = []
    for place, take in enumerate(takes):
        at, width = places[place]
        shape = shape_of(take, is_chosen=take.id in chosen)
        bars.append(
            Bar(
                at=round(at, 3),
                width=round(width, 3),
                middle=round(middles[place], 3),
                label=f"T{take.number}",
                label_fit=label_fits[place],
                shape=shape,
                sign=signs[place],
                sign_fit=sign_fits[place],
                words=f"T{take.number}: {SHAPE_WORDS[shape]}",
            )
        )
    return Lane(song.title, tuple(bars))


def _label_px(take: TakeSummary) -> float:
    return 15 + 6.5 * len(str(take.number))


def _fits(
    middles: Sequence[float], widths_px: Sequence[float], in_order: Sequence[int]
) -> list[Fit]:
    """Return where each has room beside those that come before it in this order."""
    fits = [Fit.NEVER] * len(middles)
    for fit, lane_px in ((Fit.WIDE, _WIDE_PX), (Fit.ALWAYS, _NARROW_PX)):
        taken: list[tuple[float, float]] = []
        for place in in_order:
            half = widths_px[place] / 2
            middle = middles[place] / _WHOLE * lane_px
            begins, ends = middle - half, middle + half
            if all(ends <= first or begins >= last for first, last in taken):
                taken.append((begins, ends))
                fits[place] = fit
    return fits


def _hours(clock: StudioClock, length_s: float) -> Iterator[Hour]:
    """Return the full hours, or what else suits the day, by the studio's clock."""
    minutes = length_s / _MINUTE_S
    wide = _step(minutes, _WIDE_PX // _HOUR_PX)
    narrow = _step(minutes, _NARROW_PX // _HOUR_PX)
    began = clock.at(0)
    midnight = began.replace(hour=0, minute=0, second=0, microsecond=0)
    since_s = (began - midnight).total_seconds()
    step_s = wide * _MINUTE_S
    count = int(since_s // step_s) + 1
    while (at_s := count * step_s - since_s) < length_s:
        at = at_s / length_s * _WHOLE
        is_narrow = (count * wide) % narrow == 0
        # A label that would hang over an edge is left out; the line stands.
        half = _HOUR_PX / 2 / (_NARROW_PX if is_narrow else _WIDE_PX) * _WHOLE
        has_room = half <= at <= _WHOLE - half
        fit = Fit.NEVER if not has_room else Fit.ALWAYS if is_narrow else Fit.WIDE
        yield Hour(round(at, 3), clock.time(at_s), fit)
        count += 1


def _step(minutes: float, most: int) -> int:
    """Return the shortest step that is not too many of in so many minutes; whole days at least."""
    most = min(most, _MOST_HOURS)
    fitting = (step for step in _STEPS_MIN if minutes / step <= most)
    day = _STEPS_MIN[-1]
    return next(fitting, (int(minutes) // (most * day) + 1) * day)
