"""Which of the messages that are heard matter one by one, and which only show that somebody is there.

A DAW may send thousands of messages a second: meters, faders, names. Few of them say what its
transport does. Pure; whoever hears decides with a `Sieve`, one for each port, on its own thread.
"""

from __future__ import annotations

from dataclasses import dataclass

# What only shows life passes this often: several times within the second that life is good for.
LIFE_EVERY_NS = 100_000_000

_NOTE_OFF, _NOTE_ON = 0x80, 0x90
_CHANNEL_BITS = 0x0F
_FIRST_REALTIME = 0xF8
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Attention:
    """What matters; everything does where nothing is named.

    states: the first two bytes of messages of three whose last one replaces the one before
    words:  how messages begin of which each one counts
    """

    states: tuple[bytes, ...] = ()
    words: tuple[bytes, ...] = ()


class Sieve:
    """Lets through what matters, and of the rest as much as shows life."""

    def __init__(self, attention: Attention) -> None:
        """Let through by `attention`."""
        self._states = frozenset(attention.states)
        self._words = attention.words if attention.states or attention.words else (b"",)
        self._values: dict[bytes, tuple[int, int]] = {}
        self._passed_ns: int | None = None

    def lets_through(self, at_ns: int, data: bytes) -> bool:
        """Tell whether a whole message, heard at `at_ns`, is to be passed on.

        A light that is told again and again as it is only shows life; so do bytes of no known
        meaning, but not a clock's, or those of a cable that senses itself: they come without a DAW.
        """
        if not data:
            return False
        is_word = data.startswith(self._words)
        if is_word or self._is_news(at_ns, data) or self._is_life(at_ns, data):
            self._passed_ns = at_ns
            return True
        return False

    def forget(self) -> None:
        """Take each light that is told from now on for news: some were lost on the way."""
        self._values.clear()

    def _is_news(self, at_ns: int, data: bytes) -> bool:
        if len(data) != _SHORT:
            return False
        status, number, value = data
        if status & ~_CHANNEL_BITS == _NOTE_OFF:
            # Off, said in another way: the light that it belongs to is one.
            status, value = status & _CHANNEL_BITS | _NOTE_ON, 0
        key = bytes((status, number))
        if key not in self._states:
            return False
        passed_value, passed_ns = self._values.get(key, (None, at_ns))
        if value == passed_value and at_ns - passed_ns < LIFE_EVERY_NS:
            return False
        self._values[key] = value, at_ns
        return True

    def _is_life(self, at_ns: int, data: bytes) -> bool:
        if data[0] >= _FIRST_REALTIME:
            return False
        return self._passed_ns is None or at_ns - self._passed_ns >= LIFE_EVERY_NS
