"""What the two real-time processes count, as values: read at one moment, and summed over a take.

Pure. A process counts up from zero while it lives; what a take cost is the difference of two
readings, added up over every process that took part in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

LATENESS_LIMITS_NS: tuple[int, ...] = (
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
)
"""A bucket holds what was no later than its limit; one more, what was later than all."""


@dataclass(frozen=True, slots=True)
class StreamCounts:
    """What a stream has counted since it opened.

    next_frame:      the frame after the last one delivered, by the stream's own clock
    late_blocks:     blocks that were asked for more than one block's length later than due
    longest_wait_ns: between two blocks, since the last reading or two
    longest_run_ns:  the longest that filling a block took, since the last reading or two
    server_xruns:    what the sound server reported; it may not have cost a frame, and it may not
                     have been ours
    underflow_flags: blocks at which the API said that the one before came too late
    missed_clicks:   clicks that were planned for frames already delivered
    """

    next_frame: int = 0
    frames_delivered: int = 0
    frames_lost: int = 0
    gaps: int = 0
    blocks: int = 0
    late_blocks: int = 0
    longest_wait_ns: int = 0
    longest_run_ns: int = 0
    server_xruns: int = 0
    underflow_flags: int = 0
    missed_clicks: int = 0
    is_fifo: bool = False
    is_memory_locked: bool = False


@dataclass(frozen=True, slots=True)
class StreamSum:
    """What the streams of a take counted in it.

    frames_due: by the streams' own clocks; where nothing else went wrong, those delivered and
                those lost
    epochs:     the streams that took part, in their order
    is_fifo, is_memory_locked: on all of them
    """

    frames_due: int = 0
    frames_delivered: int = 0
    frames_lost: int = 0
    gaps: int = 0
    blocks: int = 0
    late_blocks: int = 0
    longest_wait_ns: int = 0
    longest_run_ns: int = 0
    server_xruns: int = 0
    underflow_flags: int = 0
    missed_clicks: int = 0
    epochs: tuple[int, ...] = ()
    is_fifo: bool = True
    is_memory_locked: bool = True

    def plus(self, epoch: int, before: StreamCounts, now: StreamCounts) -> StreamSum:
        """Return the sum with what stream `epoch` counted between two readings of it."""
        return replace(
            self,
            frames_due=self.frames_due + now.next_frame - before.next_frame,
            frames_delivered=self.frames_delivered + now.frames_delivered - before.frames_delivered,
            frames_lost=self.frames_lost + now.frames_lost - before.frames_lost,
            gaps=self.gaps + now.gaps - before.gaps,
            blocks=self.blocks + now.blocks - before.blocks,
            late_blocks=self.late_blocks + now.late_blocks - before.late_blocks,
            longest_wait_ns=max(self.longest_wait_ns, now.longest_wait_ns),
            longest_run_ns=max(self.longest_run_ns, now.longest_run_ns),
            server_xruns=self.server_xruns + now.server_xruns - before.server_xruns,
            underflow_flags=self.underflow_flags + now.underflow_flags - before.underflow_flags,
            missed_clicks=self.missed_clicks + now.missed_clicks - before.missed_clicks,
            epochs=self.epochs if epoch in self.epochs else (*self.epochs, epoch),
            is_fifo=self.is_fifo and now.is_fifo,
            is_memory_locked=self.is_memory_locked and now.is_memory_locked,
        )


@dataclass(frozen=True, slots=True)
class SenderCounts:
    """What a sender has counted since it started.

    late:          messages that left more than 1 ms after they could have
    worst_late_ns: the latest of all
    not_sent:      messages whose time passed while there was no port
    lateness:      how many messages fell into each bucket, see LATENESS_LIMITS_NS
    """

    sent: int = 0
    late: int = 0
    worst_late_ns: int = 0
    not_sent: int = 0
    lateness: tuple[int, ...] = (0,) * (len(LATENESS_LIMITS_NS) + 1)


@dataclass(frozen=True, slots=True)
class SenderSum:
    """What the senders of a take counted in it.

    worst_late_ns: of this take, or the limit of the bucket that the latest message fell into
    """

    sent: int = 0
    late: int = 0
    worst_late_ns: int = 0
    not_sent: int = 0
    lateness: tuple[int, ...] = (0,) * (len(LATENESS_LIMITS_NS) + 1)

    def plus(self, before: SenderCounts, now: SenderCounts) -> SenderSum:
        """Return the sum with what one sender counted between two readings of it."""
        grown = tuple(
            later - earlier for later, earlier in zip(now.lateness, before.lateness, strict=True)
        )
        return replace(
            self,
            sent=self.sent + now.sent - before.sent,
            late=self.late + now.late - before.late,
            worst_late_ns=max(self.worst_late_ns, _worst_ns(before, now, grown)),
            not_sent=self.not_sent + now.not_sent - before.not_sent,
            lateness=tuple(total + more for total, more in zip(self.lateness, grown, strict=True)),
        )


def _worst_ns(before: SenderCounts, now: SenderCounts, grown: tuple[int, ...]) -> int:
    """Return how late the latest message between two readings was, at most."""
    if now.worst_late_ns > before.worst_late_ns:
        return now.worst_late_ns
    highest = max((index for index, more in enumerate(grown) if more), default=None)
    if highest is None:
        return 0
    if highest >= len(LATENESS_LIMITS_NS):
        return now.worst_late_ns
    return min(LATENESS_LIMITS_NS[highest], now.worst_late_ns)
