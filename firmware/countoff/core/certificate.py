"""The certificate of a take: was its click whole, and if not, what went wrong at which bar.

Pure: from what the two real-time processes counted in the take, and from the faults and their
places as the session rules found them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.core.click_faults import ClickFault, FaultKind, three_words, told_of

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.core.counts import SenderSum, StreamSum
    from countoff.core.tempo import BarBeat
    from countoff.core.timebase import ClockFit

_NS_PER_SECOND = 1_000_000_000
_NS_PER_MS = 1_000_000
_PPM = 1e6
# Over less than this a drift says more about the scheduler than about a crystal.
_SHORTEST_DRIFT_NS = 2 * _NS_PER_SECOND


class Grade(StrEnum):
    """What a certificate rests on."""

    BY_COUNTERS = "by counters"
    """The player's own frames against the stream's clock and the host's."""
    BY_LOOPBACK = "verified by loopback"
    """The sound itself, recorded through an input that is cabled to the click."""
    NONE = "not certified"
    """What would have told was not there, or the take was not closed by this box."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How much faster the audio clock ran than the host's, as measured over a part of the take."""

    ppm: float
    uncertainty_ppm: float
    over_s: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a certificate, for whoever wants to check it; names carry their units.

    frames_due:   those delivered, those lost in gaps, and those of the time in which nothing was
                  played
    late_blocks:  asked for more than a block late; they may have cost nothing
    server_xruns, underflow_flags: what the interfaces said, which proves nothing by itself
    rate_ppm:     the correction by which the plan was laid out
    loopback_way_ms: from a click's frame to its coming back over the cable
    """

    rate_hz: int = 0
    rate_ppm: float = 0.0
    frames_due: int = 0
    frames_delivered: int = 0
    frames_lost: int = 0
    gaps: int = 0
    blocks: int = 0
    late_blocks: int = 0
    longest_wait_ms: float = 0.0
    longest_run_ms: float = 0.0
    server_xruns: int = 0
    underflow_flags: int = 0
    missed_clicks: int = 0
    epochs: tuple[int, ...] = ()
    fifo: bool = False
    memory_locked: bool = False
    midi_sent: int = 0
    midi_late: int = 0
    midi_not_sent: int = 0
    midi_worst_late_ms: float = 0.0
    midi_lateness: tuple[int, ...] = ()
    clock_ppm: float | None = None
    clock_uncertainty_ppm: float | None = None
    clock_over_s: float | None = None
    loopback_way_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is said of a take's click.

    words:    three of them, for the screen: "CLICK CLEAN", "1 GAP BAR 33"
    summary:  the same in full: "clean", "1 gap of 3.1 ms at bar 33.2"
    notes:    what was noticed and is no fault of the click, a sentence each
    """

    grade: Grade
    is_clean: bool
    words: str
    summary: str
    notes: tuple[str, ...] = ()
    figures: Figures = Figures()


INTERRUPTED = Certificate(
    Grade.NONE, is_clean=False, words="NOT CERTIFIED", summary="interrupted: not certified"
)
"""Of a take that was still open when the box went down."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a certificate is made from.

    faults:      in the order in which they happened
    more_gaps:   gaps beyond those that were kept with their places
    has_click:   whether any click was due
    beside:      incidents of the take that were not the click's, and their places
    is_muted:    the click was muted when the take began
    known_until: None where the counters were read to the click's end, else the place they end at
    """

    streams: StreamSum
    senders: SenderSum
    faults: tuple[ClickFault, ...]
    more_gaps: int
    has_click: bool
    is_muted: bool
    was_counted: bool
    known_until: BarBeat | None
    drift: Drift | None
    rate_hz: int
    rate_ppm: Fraction
    end_ns: int
    way_ns: int | None = None
    grade: Grade = Grade.BY_COUNTERS
    beside: tuple[tuple[str, BarBeat], ...] = ()


def drift_between(first: ClockFit, last: ClockFit) -> Drift | None:
    """Return the drift of one stream between two fits of its clock, or None over too short a time.

    Each fit is known at its own observations to their median distance from its line, so the
    uncertainty is that of both ends over the time between them.
    """
    elapsed_ns = last.at_ns - first.at_ns
    if first.epoch != last.epoch or elapsed_ns < _SHORTEST_DRIFT_NS:
        return None
    nominal_ns = (last.frame - first.frame) * _NS_PER_SECOND / first.rate_hz
    return Drift(
        ppm=(nominal_ns / elapsed_ns - 1) * _PPM,
        uncertainty_ppm=(first.residual_ns + last.residual_ns) / elapsed_ns * _PPM,
        over_s=elapsed_ns / _NS_PER_SECOND,
    )


def certificate(evidence: Evidence) -> Certificate:
    """Return what is to be said of a take."""
    clean = Certificate(
        evidence.grade,
        is_clean=True,
        words="CLICK CLEAN",
        summary="clean",
        notes=tuple(_notes(evidence)),
        figures=_figures(evidence),
    )
    if not evidence.has_click:
        return replace(clean, words="NO CLICK DUE", summary="no click was due")
    faults, known_until = evidence.faults, evidence.known_until
    told = told_of(faults, evidence.more_gaps)
    if not evidence.was_counted:
        summary = "; ".join(["not certified: no counters could be read", *told])
        return replace(
            clean, grade=Grade.NONE, is_clean=False, words="NOT CERTIFIED", summary=summary
        )
    words = three_words(faults) if faults else ""
    if known_until is not None and not any(fault.length_ns is None for fault in faults):
        told.append(f"what was played after bar {known_until} is not known")
        words = words or f"UNKNOWN AFTER {known_until.bar}"
    return replace(clean, is_clean=False, words=words, summary="; ".join(told)) if told else clean


def _notes(evidence: Evidence) -> list[str]:
    """Return what was noticed and is no fault of the click."""
    streams, notes = evidence.streams, []
    cost_nothing = not evidence.faults and not streams.frames_lost
    if evidence.is_muted:
        notes.append("The click was muted when the take began.")
    if streams.server_xruns:
        xruns = _so_many(streams.server_xruns, "xrun")
        end = "; by the clock they cost no frame" if cost_nothing else ""
        notes.append(f"The sound server reported {xruns}{end}.")
    if streams.underflow_flags:
        blocks = _so_many(streams.underflow_flags, "block")
        end = "; by the clock it cost no frame" if cost_nothing else ""
        notes.append(f"An underflow was flagged at {blocks}{end}.")
    if streams.late_blocks and cost_nothing:
        blocks = _so_many(streams.late_blocks, "block")
        notes.append(f"{blocks} came late, and cost no frame.")
    if streams.frames_lost and not evidence.faults:
        notes.append("What was lost lay before the first click or after the last.")
    if len(streams.epochs) > 1:
        notes.append(f"The click was played by {len(streams.epochs)} streams in turn.")
    if evidence.senders.not_sent:
        messages = _so_many(evidence.senders.not_sent, "MIDI message")
        notes.append(f"{messages} could not be sent.")
    if evidence.beside:
        told = ", ".join(f"{kind} at bar {place}" for kind, place in evidence.beside)
        notes.append(f"Beside the click: {told}.")
    return notes


def _so_many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _figures(evidence: Evidence) -> Figures:
    streams, senders, drift = evidence.streams, evidence.senders, evidence.drift
    away_ns = sum(
        fault.length_ns if fault.length_ns is not None else max(0, evidence.end_ns - fault.since_ns)
        for fault in evidence.faults
        if fault.kind is FaultKind.LOST
    )
    away_frames = away_ns * evidence.rate_hz // _NS_PER_SECOND
    return Figures(
        rate_hz=evidence.rate_hz,
        rate_ppm=float(evidence.rate_ppm),
        frames_due=streams.frames_due + away_frames,
        frames_delivered=streams.frames_delivered,
        frames_lost=streams.frames_lost + away_frames,
        gaps=streams.gaps,
        blocks=streams.blocks,
        late_blocks=streams.late_blocks,
        longest_wait_ms=_ms(streams.longest_wait_ns),
        longest_run_ms=_ms(streams.longest_run_ns),
        server_xruns=streams.server_xruns,
        underflow_flags=streams.underflow_flags,
        missed_clicks=streams.missed_clicks,
        epochs=streams.epochs,
        fifo=evidence.was_counted and streams.is_fifo,
        memory_locked=evidence.was_counted and streams.is_memory_locked,
        midi_sent=senders.sent,
        midi_late=senders.late,
        midi_not_sent=senders.not_sent,
        midi_worst_late_ms=_ms(senders.worst_late_ns),
        midi_lateness=senders.lateness,
        clock_ppm=None if drift is None else round(drift.ppm, 3),
        clock_uncertainty_ppm=None if drift is None else round(drift.uncertainty_ppm, 3),
        clock_over_s=None if drift is None else round(drift.over_s, 3),
        loopback_way_ms=None if evidence.way_ns is None else _ms(evidence.way_ns),
    )


def _ms(length_ns: int) -> float:
    return round(length_ns / _NS_PER_MS, 3)
