"""What a control surface's time display reads, whatever sent the digits. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.midi.timecode import TimeCode

if TYPE_CHECKING:
    from countoff.midi.timecode import Rate

_LETTERS_FROM = 0x40
_SPACE = 0x20
_SIX_BITS = 0x3F


class Shows(StrEnum):
    """What the display counts, as the lights beside it say."""

    TIME_CODE = "time_code"
    """Hours, minutes, seconds, frames."""
    BEATS = "beats"
    """Bars, beats and what the DAW has below them."""
    UNKNOWN = "unknown"
    """No light, or none that was heard: seconds, samples, feet, or any of the others."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One state of the display, whole, and since when it read so."""

    at_ns: int
    shows: Shows
    fields: tuple[str, ...]
    """From the left, without blanks: ("1", "02", "03", "04")."""

    @property
    def text(self) -> str:
        """Return it as people write it: `1:02:03:04`, `12|3|0|240`; blank parts are left out."""
        mark = {Shows.TIME_CODE: ":", Shows.BEATS: "|"}.get(self.shows, " ")
        return mark.join(field for field in self.fields if field)

    def time_code(self, rate: Rate) -> TimeCode | None:
        """Return the time code that is shown, or None where it shows none that exists at `rate`.

        A display that is blank on the left has no hours yet. Negative times have no time code.
        """
        if self.shows is not Shows.TIME_CODE or len(self.fields) != 4:
            return None
        hour, *others = self.fields
        numbers = [hour or "0", *others]
        if not all(number.isascii() and number.isdigit() for number in numbers):
            return None
        hours, minutes, seconds, frames = (int(number) for number in numbers)
        try:
            return TimeCode(hours, minutes, seconds, frames, rate)
        except ValueError:
            return None


def six_bits(character: str) -> int:
    """Return the six bits that stand for a character of a Mackie display. Raises ValueError."""
    code = ord(character) if len(character) == 1 else 0
    if not _SPACE <= code < _SPACE + 0x40 or character == "@":
        raise ValueError(
            f'A Mackie time display cannot show "{character}"; it shows A to Z, digits and'
            " punctuation, one character at a time."
        )
    return code & _SIX_BITS


def character_of(code: int) -> str:
    """Return the character that six bits stand for; zero, which some DAWs send, is a blank."""
    code &= _SIX_BITS
    if code == 0:
        return " "
    return chr(code if code >= _SPACE else code + _LETTERS_FROM)
