"""What is written after `tempo =`, laid into its section as tempo spans; and back. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.tempo_map import TempoSpan
from countoff.songs.tempo_values import NamedTempo, Ramp

if TYPE_CHECKING:
    from countoff.core.tempo import Meter
    from countoff.songs.faults import Spot
    from countoff.songs.tempo_values import At, Change, TempoWritten


def spans_of(
    written: TempoWritten | None,
    held: NamedTempo | None,
    meter: Meter | None,
    bars: int | None,
    spot: Spot,
    *,
    is_length_known: bool,
) -> tuple[tuple[TempoSpan, ...], NamedTempo, NamedTempo] | None:
    """Return the spans of a section, and the tempos it begins and ends with.

    `bars` is None for a section without end. None where there is a fault, which `spot` is told if
    nobody was before; without a meter, or where the length is not known, nothing is concluded.
    """
    if written is None:
        return None if held is None else ((TempoSpan(0, held.tempo),), held, held)
    if isinstance(written, NamedTempo):
        return (TempoSpan(0, written.tempo),), written, written
    if meter is None or not is_length_known:
        return None
    if isinstance(written, Ramp):
        return _ramp(written, held, meter, bars, spot)
    return _changes(written, held, meter, bars, spot)


def _ramp(
    ramp: Ramp, held: NamedTempo | None, meter: Meter, bars: int | None, spot: Spot
) -> tuple[tuple[TempoSpan, ...], NamedTempo, NamedTempo] | None:
    start = ramp.start or held
    if start is None:
        _no_start(spot)
        return None
    over = ramp.over
    if bars is None and (over is None or over.is_last):
        spot.say(
            f"{spot.name} is a ramp and has no end: write bars for the section, or over for how many"
            " bars the ramp takes."
        )
        return None
    if over is not None and bars is not None and over.bars > bars:
        spot.at("over").wrong(over.bars, f"at most {bars}, as many bars as the section has")
        return None
    moving = TempoSpan(0, start.tempo, ramp.to.tempo, ramp.linear_in)
    if over is None or over.bars == bars:
        return (moving,), start, ramp.to
    if not over.is_last:
        turn_tick = over.bars * meter.ticks_per_bar
        return (moving, TempoSpan(turn_tick, ramp.to.tempo)), start, ramp.to
    turn_tick = ((bars or 0) - over.bars) * meter.ticks_per_bar
    moving = TempoSpan(turn_tick, start.tempo, ramp.to.tempo, ramp.linear_in)
    return (TempoSpan(0, start.tempo), moving), start, ramp.to


def _changes(
    changes: tuple[Change, ...],
    held: NamedTempo | None,
    meter: Meter,
    bars: int | None,
    spot: Spot,
) -> tuple[tuple[TempoSpan, ...], NamedTempo, NamedTempo] | None:
    ticks = ticks_of(changes, meter, bars, spot)
    if ticks is None:
        return None
    spans: list[TempoSpan] = []
    begins, now = held, held
    for index, (change, tick) in enumerate(zip(changes, ticks, strict=True)):
        entry = spot.at(index)
        if index == 0 and tick > 0:
            if held is None:
                entry.at("at").wrong(str(change.at), '"1.1", since there is no tempo before it')
                return None
            spans.append(TempoSpan(0, held.tempo))
        if isinstance(change.tempo, NamedTempo):
            spans.append(TempoSpan(tick, change.tempo.tempo))
            first = last = change.tempo
        else:
            ramp = change.tempo
            if ramp.start is None and now is None:
                _no_start(entry)
                return None
            first = ramp.start or now or ramp.to
            last = ramp.to
            spans.append(TempoSpan(tick, first.tempo, last.tempo, ramp.linear_in))
            if index == len(changes) - 1 and bars is None:
                entry.say(
                    f"{entry.name} is a ramp and has no end: write bars for the section, or an entry"
                    " after it."
                )
                return None
        begins = first if tick == 0 else begins
        now = last
    if begins is None or now is None:
        return None
    return tuple(spans), begins, now


def ticks_of(
    changes: tuple[Change, ...], meter: Meter, bars: int | None, spot: Spot
) -> list[int] | None:
    """Return the tick of each change within its section, or None where one is not in it."""
    ticks = [_tick_of(change.at, meter, bars, spot.at(change.index, "at")) for change in changes]
    known = [tick for tick in ticks if tick is not None]
    return known if len(known) == len(ticks) else None


def _no_start(spot: Spot) -> None:
    spot.at("from").missing("there is no tempo before the ramp; write the one it begins with")


def _tick_of(at: At, meter: Meter, bars: int | None, spot: Spot) -> int | None:
    """Return the tick of a place within its section, which must have it."""
    if bars is not None and at.bar > bars:
        spot.wrong(str(at), f"within the bars of the section, 1 to {bars}")
    elif at.beat > meter.beats_per_bar:
        spot.wrong(str(at), f"within the bar: {meter} has {meter.beats_per_bar} beats")
    elif at.tick >= meter.ticks_per_beat:
        most = meter.ticks_per_beat - 1
        spot.wrong(str(at), f"within the beat: it has the ticks 0 to {most} in {meter}")
    else:
        beats = (at.bar - 1) * meter.beats_per_bar + at.beat - 1
        return beats * meter.ticks_per_beat + at.tick
    return None
