"""Time code: a place on the DAW's timeline, as hours, minutes, seconds and frames. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

HIGHEST_HOUR = 23

# Drop-frame numbering leaves out two numbers a minute, but not in every tenth minute.
_DROPPED = 2
_DROPPING_MINUTE = 60 * 30 - _DROPPED
_TEN_MINUTES = 10 * 60 * 30 - 9 * _DROPPED

_RATE_SHIFT = 5
_RATE_BITS = 0x03
_HOUR_BITS = 0x1F
_SIXTY_BITS = 0x3F
_FRAME_BITS = 0x1F


class Rate(IntEnum):
    """Frames a second; the value is the rate's two-bit code in every MIDI time code."""

    FPS_24 = 0
    FPS_25 = 1
    FPS_30_DROP = 2
    FPS_30 = 3

    @property
    def whole_frames(self) -> int:
        """Return how many frame numbers a second has."""
        return _WHOLE_FRAMES[self]

    @property
    def frames_per_second(self) -> Fraction:
        """Return how many frames go by in a real second."""
        return Fraction(30000, 1001) if self is Rate.FPS_30_DROP else Fraction(_WHOLE_FRAMES[self])

    @property
    def frames_per_day(self) -> int:
        """Return how many frames have a number, from 00:00:00:00 to the last of hour 23."""
        if self is Rate.FPS_30_DROP:
            return 24 * 6 * _TEN_MINUTES
        return 24 * 60 * 60 * _WHOLE_FRAMES[self]


_WHOLE_FRAMES = {Rate.FPS_24: 24, Rate.FPS_25: 25, Rate.FPS_30_DROP: 30, Rate.FPS_30: 30}


@dataclass(frozen=True, slots=True)
class TimeCode:
    """One place; `subframe` counts hundredths of a frame. Raises ValueError where there is none."""

    hour: int
    minute: int
    second: int
    frame: int
    rate: Rate
    subframe: int = 0

    def __post_init__(self) -> None:
        limits = {
            "hour": HIGHEST_HOUR,
            "minute": 59,
            "second": 59,
            "frame": self.rate.whole_frames - 1,
            "subframe": 99,
        }
        for name, most in limits.items():
            value = getattr(self, name)
            if not 0 <= value <= most:
                raise ValueError(
                    f"A time code's {name} is {value}; from 0 to {most} is allowed"
                    f" at {self.rate.whole_frames} frames a second."
                )
        if self._is_dropped:
            raise ValueError(
                f"Drop-frame time code has no frame {self.frame} in minute {self.minute}, second 0;"
                f" the first there is frame 2."
            )

    @property
    def _is_dropped(self) -> bool:
        """Whether drop-frame numbering skips it: frames 0 and 1 of nine minutes out of ten."""
        return (
            self.rate is Rate.FPS_30_DROP
            and self.minute % 10 != 0
            and self.second == 0
            and self.frame < 2
        )

    @property
    def frames(self) -> int:
        """Return how many frames lie between 00:00:00:00 and this one."""
        minutes = self.hour * 60 + self.minute
        count = (minutes * 60 + self.second) * self.rate.whole_frames + self.frame
        if self.rate is Rate.FPS_30_DROP:
            count -= _DROPPED * (minutes - minutes // 10)
        return count

    @property
    def five_bytes(self) -> bytes:
        """Return it as MIDI says it: hour with rate, minute, second, frame, subframe."""
        return bytes(
            (
                self.rate << _RATE_SHIFT | self.hour,
                self.minute,
                self.second,
                self.frame,
                self.subframe,
            )
        )

    @classmethod
    def from_bytes(
        cls, hour: int, minute: int, second: int, frame: int, subframe: int = 0
    ) -> TimeCode | None:
        """Return the place that bytes of MIDI say, or None where no time code is so."""
        try:
            # Above the numbers lie flags that say nothing about the place.
            return cls(
                hour=hour & _HOUR_BITS,
                minute=minute & _SIXTY_BITS,
                second=second & _SIXTY_BITS,
                frame=frame & _FRAME_BITS,
                rate=Rate(hour >> _RATE_SHIFT & _RATE_BITS),
                subframe=subframe,
            )
        except ValueError:
            return None

    @classmethod
    def at_frame(cls, frames: int, rate: Rate) -> TimeCode:
        """Return the time code `frames` after 00:00:00:00. Raises ValueError beyond a day."""
        if not 0 <= frames < rate.frames_per_day:
            raise ValueError(
                f"A time code is {frames} frames after midnight; from 0 to"
                f" {rate.frames_per_day - 1} is allowed at {rate.whole_frames} frames a second."
            )
        number = frames
        if rate is Rate.FPS_30_DROP:
            tens, rest = divmod(frames, _TEN_MINUTES)
            # The first minute of ten has all its numbers: it ends two frames after the others.
            dropping = max(0, (rest - _DROPPED) // _DROPPING_MINUTE)
            number += _DROPPED * (9 * tens + dropping)
        second, frame = divmod(number, rate.whole_frames)
        minute, second = divmod(second, 60)
        hour, minute = divmod(minute, 60)
        return cls(hour, minute, second, frame, rate)

    @classmethod
    def at_seconds(cls, place_s: int, rate: Rate) -> TimeCode:
        """Return the time code that reads `place_s` whole seconds, frame 0.

        These are the seconds that the DAW displays. Where drop-frame numbering skips that frame, it
        is the first after it. Raises ValueError beyond 23:59:59.
        """
        minute, second = divmod(place_s, 60)
        hour, minute = divmod(minute, 60)
        is_skipped = rate is Rate.FPS_30_DROP and second == 0 and minute % 10 != 0
        return cls(hour, minute, second, 2 if is_skipped else 0, rate)
