"""What the command tells and asks whoever stands before the box: the findings, the lamp, the steps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from countoff.core.events import Pedal
from countoff.line_check import lamp
from countoff.line_check.seen import LampSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.finding import Finding
    from countoff.line_check.outcome import Printer


class Asker:
    """Prints on `printer` what happens, or nothing for None; remembers what was answered."""

    def __init__(
        self, printer: Printer | None, lamp_pin: int, read: Callable[[str], str] | None
    ) -> None:
        """Have said and asked nothing yet; `read` asks for a line, None where nobody can answer."""
        self._printer = printer
        self._lamp_pin = lamp_pin
        self._read = read
        self._lamp_was_seen: bool | None = None
        self._felt: frozenset[Pedal] = frozenset()
        self._learnt: frozenset[Pedal] = frozenset()
        self._asked_for: frozenset[Pedal] = frozenset()

    def found(self, finding: Finding) -> None:
        """Tell of a finding."""
        if self._printer is not None:
            self._printer.finding(self.as_seen(finding))

    def as_seen(self, finding: Finding) -> Finding:
        """Return the finding as it is with what was said of the lamp."""
        if finding.check != lamp.NAME or self._lamp_was_seen is None or finding.remedy:
            return finding
        return lamp.judge(LampSeen(self._lamp_pin, was_seen=self._lamp_was_seen))

    def ask_for_lamp(self, *, is_simulated: bool) -> None:
        """Ask whether the lamp is seen, where there is one and somebody who can answer."""
        if is_simulated or self._read is None:
            return
        try:
            answer = self._read("Does the red light swell and fade? [y/n] ").strip().lower()
        except EOFError:
            return
        if answer:
            self._lamp_was_seen = answer.startswith("y")

    def ask_for_steps(self) -> None:
        """Ask for a step on each pedal."""
        names = ", ".join(pedal.upper() for pedal in Pedal)
        self._say(f"Step on each pedal once: {names}.")

    def steps(
        self, felt: frozenset[Pedal], closed: frozenset[Pedal], learnt: frozenset[Pedal]
    ) -> None:
        """Tell what is new of the pedals that were felt, that are to be learnt, or are."""
        for pedal in Pedal:
            if pedal in felt - self._felt:
                self._say(f"  {pedal.upper()} was felt.")
            if pedal in closed - learnt - self._asked_for:
                self._say(
                    f"  {pedal.upper()} is closed with no foot on it. If nothing lies on it, step"
                    " on it twice: then it is learnt."
                )
            if pedal in closed & (learnt - self._learnt):
                self._say(f"  {pedal.upper()} opens when stepped on: learnt.")
        self._felt, self._learnt, self._asked_for = felt, learnt, self._asked_for | closed

    def _say(self, text: str) -> None:
        if self._printer is not None:
            self._printer.line(text)
        else:
            # What is asked for is no part of the JSON.
            print(text, file=sys.stderr)
