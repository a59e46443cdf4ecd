"""What is heard of one DAW over OSC, as events: a word when it is new, life and place thinned out.

Pure; on the thread of whoever owns it. Time comes in with each call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.events import DawHeard
from countoff.daw.osc.packets import decode, encode
from countoff.daw.settling import PunchOut
from countoff.midi.attention import LIFE_EVERY_NS

if TYPE_CHECKING:
    from countoff.core.daw import DawTransport
    from countoff.daw.osc.ears import OscEar

_MS = 1_000_000
# Twice as long as Ardour is silent at rest, by its heartbeat.
SILENT_AFTER_NS = 2_500 * _MS
ASK_EVERY_NS = 2_000 * _MS


class OscListener:
    """Hears one DAW, and says when it is to be asked for its state again."""

    def __init__(self, ear: OscEar) -> None:
        """Hear through `ear`."""
        self._ear = ear
        self._greetings = tuple(encode(message) for message in ear.greeting())
        self._told: DawTransport | None = None
        self._punch_out = PunchOut()
        self._heard_ns: int | None = None
        self._event_ns: int | None = None
        self._asked_ns: int | None = None

    def hear(self, at_ns: int, packet: bytes) -> tuple[DawHeard, ...]:
        """Take in a packet that arrived at host time `at_ns`."""
        messages = decode(packet)
        if not messages:
            return ()
        if self._heard_ns is None:
            # It is there again: it is asked at once, and not when it would be its turn.
            self._asked_ns = None
        self._heard_ns = at_ns
        for message in messages:
            self._ear.hear(message)
        told = self._word(at_ns)
        is_due = self._event_ns is None or at_ns - self._event_ns >= LIFE_EVERY_NS
        if told or is_due:
            self._event_ns = at_ns
        if is_due:
            told = (*told, DawHeard(at_ns, place=self._ear.place))
        return told

    def look(self, now_ns: int) -> tuple[DawHeard, ...]:
        """Take in that time has passed: a word may have settled, or what was said become stale."""
        if self._is_gone(now_ns):
            self._forget()
            return ()
        return self._word(now_ns)

    def tell_again(self) -> None:
        """Have the next look tell what the DAW does, though it is known: whoever was told forgot it."""
        self._told = None

    def asked_for(self, now_ns: int) -> tuple[bytes, ...]:
        """Return what the DAW is to be asked now, so that it says its state; mostly nothing.

        It is asked until its state is heard, and again once nothing is. A sign of life is not enough:
        where the network was away, it goes on telling what changes, and not what did not.
        """
        if self._heard_ns is not None and self._ear.transport() is not None:
            return ()
        if self._asked_ns is not None and now_ns - self._asked_ns < ASK_EVERY_NS:
            return ()
        self._asked_ns = now_ns
        return self._greetings

    def _word(self, now_ns: int) -> tuple[DawHeard, ...]:
        """Return what the DAW does, where that is new and sure."""
        transport = self._ear.transport()
        if transport is None:
            return ()
        at_ns = self._punch_out.since_ns(self._told, transport, now_ns)
        if at_ns is None or transport is self._told:
            return ()
        self._told = transport
        return (DawHeard(at_ns, transport),)

    def _is_gone(self, now_ns: int) -> bool:
        heard_ns = self._heard_ns
        return (
            self._ear.is_never_silent
            and heard_ns is not None
            and now_ns - heard_ns > SILENT_AFTER_NS
        )

    def _forget(self) -> None:
        """Know nothing again: it has quit, or the network is away."""
        self._ear.forget()
        self._told = self._heard_ns = self._event_ns = None
        self._punch_out.forget()
