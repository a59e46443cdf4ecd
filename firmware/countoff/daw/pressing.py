"""Which buttons make a DAW record, where its record button toggles: it is pressed only where needed.

Pure. What the DAW does is read from its lights, and those are not always of today: a port that has
just been opened has heard none yet, and after a command they are those from before it for a while.
Then nothing is guessed: whoever wants to record waits until the lights have come, and 300 ms at
most; then it is done as if none were lit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.daw import DawTransport
from countoff.daw.lamps import SETTLING_NS, Shine
from countoff.daw.profile import Dialect, Said

if TYPE_CHECKING:
    from countoff.daw.lamps import TransportLamps
    from countoff.daw.profile import Transport

WAIT_FOR_LIGHTS_NS = 300_000_000
"""How long lights are waited for that are not known, or from before a command."""

_STANDING = frozenset({DawTransport.STOPPED, DawTransport.ARMED})
_RECORDING = frozenset({DawTransport.RECORDING})
# Time code rolls it a while later.
_ARMED_AT_LEAST = frozenset({DawTransport.ARMED, DawTransport.RECORDING})


class RecordButton:
    """The buttons of one surface, and how far its lights can be believed."""

    def __init__(self, moved: Transport, lamps: TransportLamps) -> None:
        """Press as `moved` says, by what `lamps` say."""
        self._moved = moved
        self._only_arms = moved.dialect is Dialect.MTC
        self._lamps = lamps
        self._awaited: frozenset[DawTransport] | None = None
        """What the lights will say once they are up to date; None: anything."""
        self._since_ns = 0
        self.sure_at_ns: int | None = None
        """Until when lights are waited for that are not up to date; None where they are."""
        self._blind_ns: int | None = None
        """Since when the lights do not show what they should; they count again once one moves."""

    def opened(self, at_ns: int) -> None:
        """Wait for the lights of a DAW that has just come, where they are not known."""
        if self._lamps.record is None:
            self._await(None, at_ns)

    def lost(self) -> None:
        """Wait for nothing: nobody would say it."""
        self.sure_at_ns = self._blind_ns = None

    def is_unsure(self, now_ns: int) -> bool:
        """Tell whether lights are still to be waited for."""
        if self.sure_at_ns is None:
            return False
        have_come = self._have_come()
        if have_come and now_ns - self._lamps.moved_ns >= SETTLING_NS:
            self.sure_at_ns = None
        elif now_ns >= self.sure_at_ns:
            # Lights that have come are known, also where one flashes just now.
            self.sure_at_ns, self._blind_ns = None, None if have_come else now_ns
        return self.sure_at_ns is not None

    def record(self, at_ns: int) -> tuple[Said, ...]:
        """Return what makes the DAW record at `at_ns`; nothing where it does so already."""
        does = self._does(at_ns)
        if does is DawTransport.RECORDING or (self._only_arms and self._is_lit):
            return ()
        self._await(_ARMED_AT_LEAST if self._only_arms else _RECORDING, at_ns)
        if does is DawTransport.ARMED and self._moved.record_when_armed:
            return self._moved.record_when_armed
        if does is DawTransport.PLAYING and self._moved.record_when_playing:
            return self._moved.record_when_playing
        rest = tuple(said for said in self._moved.record if said is not Said.RECORD)
        # Where it is lit, a press would take recording away; where nothing else is, it is all there is.
        return rest if self._is_lit and rest else self._moved.record

    def stop(self, at_ns: int) -> tuple[Said, ...]:
        """Return what stops the DAW. Where it stands already, no light will say that it does."""
        does = self._does(at_ns)
        if self.sure_at_ns is not None or does not in (*_STANDING, None):
            self._await(_STANDING, at_ns)
        return self._moved.stop

    @property
    def _is_lit(self) -> bool:
        return not self._is_blind and self._lamps.record in (Shine.ON, Shine.BLINKING)

    @property
    def _is_blind(self) -> bool:
        return self._blind_ns is not None and self._lamps.moved_ns <= self._blind_ns

    def _does(self, now_ns: int) -> DawTransport | None:
        """Return what the lights say that the DAW does; None where they are not to be believed."""
        self.is_unsure(now_ns)
        self._lamps.pass_time(now_ns)
        return None if self._is_blind else self._lamps.transport()

    def _await(self, awaited: frozenset[DawTransport] | None, at_ns: int) -> None:
        self._lamps.command_said()
        self._awaited = awaited
        self._since_ns = at_ns
        self.sure_at_ns = at_ns + WAIT_FOR_LIGHTS_NS

    def _have_come(self) -> bool:
        """Tell whether the lights say what is awaited, and have moved for it."""
        if self._lamps.record is None:
            return False
        if self._awaited is None:
            return True
        is_moved = self._lamps.moved_ns >= self._since_ns
        return is_moved and self._lamps.transport() in self._awaited
