"""Time code: a place on the DAW's timeline, as hours, minutes, seconds and frames. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

HIGHEST_HOUR = 23


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
