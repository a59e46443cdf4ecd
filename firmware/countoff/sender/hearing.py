"""What a port hears, on its way from the back end's thread to the sender's loop.

A back end's thread calls `hear` and nothing else: it neither waits nor logs, and wakes the loop once
for all that comes before that looks. The loop passes on in batches what matters, and rests a moment
after each: what is to be sent never waits for a flood of what is heard.
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from countoff.midi.attention import Attention, Sieve
from countoff.sender.reports import BytesMissed, Role, heard, single

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.processes.wire import Message

# Of messages that matter, so many are seconds of the worst flood.
MOST_KEPT = 8192
_MOST_A_BATCH = 256
_REST_NS = 4_000_000


class Hearing:
    """What is heard of one role, in order, each message with its moment."""

    def __init__(self, role: Role, attention: Attention, wake: Callable[[], None]) -> None:
        """Keep what `attention` lets through; `wake` has the loop look, from any thread."""
        self.role = role
        self._sieve = Sieve(attention)
        self._wake = wake
        self._heard: deque[tuple[int, bytes]] = deque()
        self._is_told = False
        self._has_missed = False

    def hear(self, at_ns: int, data: bytes) -> None:
        """Take in a whole message that arrived at `at_ns`. One thread at a time; does not block."""
        if not self._sieve.lets_through(at_ns, data):
            return
        if len(self._heard) >= MOST_KEPT:
            self.miss()
            with suppress(IndexError):
                self._heard.popleft()
        self._heard.append((at_ns, data))
        if not self._is_told:
            self._is_told = True
            self._wake()

    def miss(self) -> None:
        """Note that something could not be kept. The same thread."""
        self._has_missed = True
        self._sieve.forget()

    def take(self) -> tuple[list[tuple[int, bytes]], bool]:
        """Return the oldest of what was heard, and whether some was lost. The loop only."""
        # Before looking: what comes from here on wakes the loop again.
        self._is_told = False
        has_missed, self._has_missed = self._has_missed, False
        most = min(len(self._heard), _MOST_A_BATCH)
        return [self._heard.popleft() for _ in range(most)], has_missed

    @property
    def has_more(self) -> bool:
        """Whether something waits to be taken."""
        return bool(self._heard)


class Ears:
    """All that one sender hears, and its passing on to the controller. The loop's thread.

    Use as a context manager; one that hears nothing needs not be entered.
    """

    def __init__(self, daw: Attention | None, *, has_pedals: bool) -> None:
        """Hear the DAW with an attention, or not at all; and a foot controller where there is one."""
        self._wake_fd = -1
        self.daw = None if daw is None else Hearing(Role.DAW, daw, self._wake)
        self.pedals = Hearing(Role.PEDALS, Attention(), self._wake) if has_pedals else None
        self._all = tuple(ear for ear in (self.daw, self.pedals) if ear is not None)
        self._rests_until_ns = 0

    def __enter__(self) -> Self:
        """Open the descriptor; before that nothing may be heard."""
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        descriptor, self._wake_fd = self._wake_fd, -1
        os.close(descriptor)

    def fileno(self, now_ns: int) -> int:
        """Return the descriptor that is readable when something was heard; -1 while resting."""
        return self._wake_fd if now_ns >= self._rests_until_ns else -1

    def next_ns(self, now_ns: int) -> int | None:
        """Return when to pass on what came in a rest; None while not resting."""
        return self._rests_until_ns if now_ns < self._rests_until_ns else None

    def pass_on(self, say: Callable[[Message], None], now_ns: int) -> None:
        """Say what was heard, a batch at most."""
        if now_ns < self._rests_until_ns or not self._all:
            return
        with suppress(BlockingIOError):
            os.eventfd_read(self._wake_fd)
        for ear in self._all:
            messages, has_missed = ear.take()
            if has_missed:
                say(single(BytesMissed(ear.role)))
            if messages:
                say(heard(ear.role, messages))
                self._rests_until_ns = now_ns + _REST_NS
            if ear.has_more:
                self._wake()

    def _wake(self) -> None:
        # The sender may be ending just now.
        with suppress(OSError, ValueError):
            os.eventfd_write(self._wake_fd, 1)


def attention_in(states: list[str], words: list[str]) -> Attention:
    """Return the attention that travelled as hexadecimal digits."""
    return Attention(
        states=tuple(bytes.fromhex(state) for state in states),
        words=tuple(bytes.fromhex(word) for word in words),
    )
