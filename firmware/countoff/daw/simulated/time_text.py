"""A place on a DAW's timeline as its displays write it: hours, minutes, seconds, frames. Pure."""

from __future__ import annotations

from fractions import Fraction

from countoff.midi import hui_digits, mackie
from countoff.midi.timecode import Rate, TimeCode

_DAY_S = 24 * 3600
# Hours, minutes, seconds, frames from the left.
_MACKIE_WIDTHS = (3, 2, 2, 3)
_HUI_WIDTHS = (2, 2, 2, 2)


def time_code_at(seconds: Fraction, rate: Rate) -> TimeCode:
    """Return the time code of a place, as the DAW displays it; after a day it begins anew."""
    whole_s, rest = divmod(seconds, 1)
    frame = int(rest * rate.whole_frames)
    code = TimeCode.at_seconds(int(whole_s) % _DAY_S, rate)
    # Where drop-frame numbering skips the first frames of a minute, the first there is is shown.
    frame = max(frame, code.frame)
    return TimeCode(code.hour, code.minute, code.second, frame, rate)


def displayed_s(place: TimeCode) -> Fraction:
    """Return the seconds that a time code displays, its frames as parts of a second."""
    whole_s = (place.hour * 60 + place.minute) * 60 + place.second
    frames = place.frame + Fraction(place.subframe, 100)
    return whole_s + frames / place.rate.whole_frames


def clock_text(seconds: Fraction, rate: Rate = Rate.FPS_25) -> str:
    """Return a place as people write it: 00:10:03:12."""
    code = time_code_at(seconds, rate)
    return f"{code.hour:02}:{code.minute:02}:{code.second:02}:{code.frame:02}"


def mackie_digits(seconds: Fraction, rate: Rate) -> tuple[mackie.Digit, ...]:
    """Return the ten digits of a Mackie display, from the right, a dot after each field but one."""
    text, ends = _laid_out(seconds, rate, _MACKIE_WIDTHS)
    return tuple(
        mackie.Digit(len(text) - 1 - index, character, has_dot=index in ends)
        for index, character in reversed(list(enumerate(text)))
    )


def hui_display(seconds: Fraction, rate: Rate) -> hui_digits.Digits:
    """Return what a HUI display of eight digits is told, all of it."""
    text, ends = _laid_out(seconds, rate, _HUI_WIDTHS)
    return hui_digits.Digits(
        tuple(
            hui_digits.Digit(character, has_dot=index in ends)
            for index, character in reversed(list(enumerate(text)))
        )
    )


def _laid_out(seconds: Fraction, rate: Rate, widths: tuple[int, ...]) -> tuple[str, set[int]]:
    """Return the characters from the left, and which of them end a field that another follows."""
    code = time_code_at(seconds, rate)
    numbers = (code.hour, code.minute, code.second, code.frame)
    fields = [f"{number:02}".rjust(width) for number, width in zip(numbers, widths, strict=True)]
    ends = {sum(widths[: count + 1]) - 1 for count in range(len(widths) - 1)}
    return "".join(fields), ends
