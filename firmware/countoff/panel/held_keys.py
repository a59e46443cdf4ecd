"""Telling a held key from one pressed again: a terminal tells a held key as many presses. Pure."""

from __future__ import annotations

from countoff.core.session.pedals import Do
from countoff.panel.keys import MAY_REPEAT

# The first repeat of a held key comes after up to this long.
_FIRST_REPEAT_NS = 700_000_000
# Nobody taps a tempo so fast as this, and no terminal repeats more slowly.
_SOONEST_TAP_NS = 130_000_000


class HeldKeys:
    """When each key was pressed before."""

    def __init__(self) -> None:
        self._pressed_ns: dict[str, int] = {}

    def is_held(self, key: str, at_ns: int) -> bool:
        """Tell whether a press at `at_ns` may be the repeat of a held key; a key is named by its use.

        Taps of a tempo come soon after one another. What may be repeated is never held.
        """
        if key in MAY_REPEAT:
            return False
        soonest_ns = _SOONEST_TAP_NS if key == Do.TAP_TEMPO else _FIRST_REPEAT_NS
        before_ns = self._pressed_ns.get(key)
        self._pressed_ns[key] = at_ns
        return before_ns is not None and at_ns - before_ns < soonest_ns
