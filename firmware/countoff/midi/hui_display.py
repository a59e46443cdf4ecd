"""Puts together what a HUI time display reads, from the digits that changed. Pure."""

from __future__ import annotations

from countoff.midi.hui import BEATS_LIGHT, FEET_LIGHT, TIME_CODE_LIGHT, DawSaid, Light, Switch
from countoff.midi.hui_digits import DISPLAY_DIGITS, Digit, Digits
from countoff.midi.time_display import Reading, Shows

_LIGHTS = (TIME_CODE_LIGHT, FEET_LIGHT, BEATS_LIGHT)
_SHOWN = {TIME_CODE_LIGHT: Shows.TIME_CODE, BEATS_LIGHT: Shows.BEATS}


class HuiDisplay:
    """The time display of the surface that the box is. It knows nothing until all was heard."""

    def __init__(self) -> None:
        self._digits: list[Digit] = []
        self._lit: set[Switch] = set()
        self._changed_ns = 0

    def hear(self, at_ns: int, said: DawSaid) -> None:
        """Take in what the DAW said at `at_ns`; what is not for the display is ignored."""
        match said:
            case Digits(from_the_right):
                self._digits[: len(from_the_right)] = from_the_right
                self._changed_ns = at_ns
            case Light(switch, is_on) if switch in _LIGHTS:
                self._lit.discard(switch)
                if is_on:
                    self._lit.add(switch)
                self._changed_ns = at_ns

    def reading(self) -> Reading | None:
        """Return what it reads; None until every digit was heard. An update comes in one message."""
        if len(self._digits) < DISPLAY_DIGITS:
            return None
        return Reading(self._changed_ns, self._shows(), self._fields())

    def forget(self) -> None:
        """Know nothing again: the port was away, and what it read is stale."""
        self._digits.clear()
        self._lit.clear()

    def _shows(self) -> Shows:
        if len(self._lit) != 1:
            return Shows.UNKNOWN
        (light,) = self._lit
        return _SHOWN.get(light, Shows.UNKNOWN)

    def _fields(self) -> tuple[str, ...]:
        """Return what stands between the dots."""
        line = "".join(
            digit.character + ("." if digit.has_dot else "") for digit in reversed(self._digits)
        )
        return tuple(field.strip() for field in line.split("."))
