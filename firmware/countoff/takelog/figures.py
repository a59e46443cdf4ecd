"""The figures of a certificate as people read them: name and value, line by line. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countoff.core.counts import LATENESS_LIMITS_NS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NS_PER_MS = 1_000_000


def figures_in_words(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name each group of figures; nothing where no counters were read."""
    if not figures.get("blocks"):
        return
    yield (
        "frames",
        (
            f"{figures['frames_due']} due, {figures['frames_delivered']} delivered,"
            f" {figures['frames_lost']} lost; {_so_many(figures['gaps'], 'gap')}"
        ),
    )
    yield (
        "blocks",
        (
            f"{figures['blocks']}, {figures['late_blocks']} late; longest wait"
            f" {figures['longest_wait_ms']:.1f} ms, longest run {figures['longest_run_ms']:.1f} ms"
        ),
    )
    yield (
        "xruns",
        (
            f"{figures['server_xruns']} reported by the server,"
            f" {figures['underflow_flags']} flagged by the API"
        ),
    )
    if figures["missed_clicks"]:
        yield "missed", _so_many(figures["missed_clicks"], "click")
    yield "epochs", ", ".join(str(epoch) for epoch in figures["epochs"])
    yield (
        "granted",
        f"FIFO {_yes(figures['fifo'])}, memory locked {_yes(figures['memory_locked'])}",
    )
    if figures["clock_ppm"] is not None:
        yield (
            "audio clock",
            (
                f"{figures['clock_ppm']:+.2f} ppm against the host's,"
                f" give or take {figures['clock_uncertainty_ppm']:.2f},"
                f" over {figures['clock_over_s']:.1f} s"
            ),
        )
    if figures["rate_ppm"]:
        yield "plan", f"corrected by {figures['rate_ppm']:+g} ppm"
    yield "MIDI", _midi(figures)


def _midi(figures: Mapping[str, Any]) -> str:
    if not figures["midi_sent"]:
        return "nothing sent"
    buckets = ", ".join(_buckets(figures["midi_lateness"]))
    words = f"{figures['midi_sent']} sent, the latest by {figures['midi_worst_late_ms']:.2f} ms"
    if figures["midi_not_sent"]:
        words += f", {figures['midi_not_sent']} never"
    return f"{words} ({buckets})" if buckets else words


def _buckets(lateness: Sequence[int]) -> Iterator[str]:
    """Say how many messages fell into each bucket that is not empty."""
    for count, limit_ns in zip(lateness, (*LATENESS_LIMITS_NS, None), strict=False):
        if not count:
            continue
        if limit_ns is None:
            yield f"{count} later"
        else:
            yield f"{count} to {limit_ns / _NS_PER_MS:g} ms"


def _so_many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _yes(is_so: bool) -> str:  # noqa: FBT001 - it is read from JSON
    return "yes" if is_so else "no"
