"""Puts together what a Mackie time display reads, from the digits that changed. Pure.

A DAW sends only the digits that changed, one message each: in the middle of an update the display
shows a time that never was. A reading counts only once no digit has come for a while.
"""

from __future__ import annotations

from countoff.midi.mackie import DISPLAY_DIGITS, Button, DawSaid, Digit, Light, Shine
from countoff.midi.time_display import Reading, Shows

# Longer than a period of a DAW's audio, over which an update may be spread; shorter than the 33 ms
# between two updates of the fastest DAW.
SETTLED_AFTER_NS = 25_000_000

# HHH MM SS FFF, or bars, beats, subdivisions and ticks.
_FIELD_WIDTHS = (3, 2, 2, 3)


class MackieDisplay:
    """The time display of the surface that the box is. It knows nothing until all was heard."""

    def __init__(self) -> None:
        self._characters: dict[int, str] = {}
        self._lit: set[Button] = set()
        self._changed_ns = 0
        self._settled: Reading | None = None

    def hear(self, at_ns: int, said: DawSaid) -> None:
        """Take in what the DAW said at `at_ns`; what is not for the display is ignored."""
        match said:
            case Digit(place, character):
                self._settled = self.settled(at_ns)
                self._characters[place] = character
                self._changed_ns = at_ns
            case Light(Button.SMPTE_LIGHT | Button.BEATS_LIGHT as button, shine):
                self._settled = self.settled(at_ns)
                self._lit.discard(Button(button))
                if shine is Shine.ON:
                    self._lit.add(Button(button))
                self._changed_ns = at_ns

    def settled(self, at_ns: int) -> Reading | None:
        """Return the last whole reading at `at_ns`; None until every digit was heard."""
        if len(self._characters) < DISPLAY_DIGITS:
            return None
        if at_ns - self._changed_ns < SETTLED_AFTER_NS:
            return self._settled
        return Reading(self._changed_ns, self._shows(), self._fields())

    def forget(self) -> None:
        """Know nothing again: the port was away, and what it read is stale."""
        self._characters.clear()
        self._lit.clear()
        self._settled = None

    def _shows(self) -> Shows:
        match self._lit:
            case lit if lit == {Button.SMPTE_LIGHT}:
                return Shows.TIME_CODE
            case lit if lit == {Button.BEATS_LIGHT}:
                return Shows.BEATS
        return Shows.UNKNOWN

    def _fields(self) -> tuple[str, ...]:
        line = "".join(self._characters[place] for place in reversed(range(DISPLAY_DIGITS)))
        fields, start = [], 0
        for width in _FIELD_WIDTHS:
            fields.append(line[start : start + width].strip())
            start += width
        return tuple(fields)
