"""What a busy mixer sends beside the transport: meters, faders, the select lights of strips. Pure."""

from __future__ import annotations

_NS_PER_SECOND = 1_000_000_000
_STRIPS = 8
_METER, _FADER, _NOTE_ON = 0xD0, 0xE0, 0x90
_FIRST_SELECT = 0x18
_METER_STEPS = 13


class Flood:
    """Message after message, evenly, at a rate that may change."""

    def __init__(self) -> None:
        self._sent = 0
        self._from_ns = 0
        self._rate_hz = 0

    def next_ns(self, at_ns: int, rate_hz: int) -> int | None:
        """Return when the next message is due; the first of a new rate at `at_ns`."""
        if rate_hz != self._rate_hz:
            self._rate_hz, self._from_ns, self._sent = rate_hz, at_ns, 0
        if not rate_hz:
            return None
        return self._from_ns + self._sent * _NS_PER_SECOND // rate_hz

    def take(self) -> bytes:
        """Return the message that is due, and go on to the next."""
        number = self._sent
        self._sent += 1
        strip, turn = number // 3 % _STRIPS, number // (3 * _STRIPS)
        match number % 3:
            case 0:
                return bytes((_METER, strip << 4 | turn % _METER_STEPS))
            case 1:
                return bytes((_FADER | strip, turn & 0x7F, turn >> 2 & 0x7F))
        return bytes((_NOTE_ON, _FIRST_SELECT + strip, 0x7F if turn % 2 else 0))
