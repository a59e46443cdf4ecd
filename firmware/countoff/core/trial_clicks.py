"""The few clicks that a line check plays where a cable leads back, and what came of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from countoff.core.events import ClickMisheard, LoopbackListened, Misheard
from countoff.core.plan import Click
from countoff.core.voice import Voice

if TYPE_CHECKING:
    from countoff.core.timebase import ClockFit

_COUNT: Final = 3
# The first after what may still lie in the queue; the others far enough apart to be heard alone.
_FIRST_AFTER_NS: Final = 400_000_000
_STEP_NS: Final = 500_000_000
_NS_PER_SECOND: Final = 1_000_000_000
# The loop, the listener's own rest, and some more.
HEARD_WITHIN_NS: Final = _FIRST_AFTER_NS + _COUNT * _STEP_NS + 1_500_000_000


@dataclass(frozen=True, slots=True)
class TrialClicks:
    """Clicks on the frames of stream `epoch`.

    missing, shifted: how many did not come back, or at another time
    is_heard:         all were listened to
    way_ns:           from a click's frame to when it came back
    """

    epoch: int
    clicks: tuple[Click, ...]
    missing: int = 0
    shifted: int = 0
    is_heard: bool = False
    way_ns: int = 0

    @classmethod
    def after(cls, clock: ClockFit, at_ns: int) -> TrialClicks:
        """Return clicks to be played from host time `at_ns` on."""
        moments_ns = [at_ns + _FIRST_AFTER_NS + place * _STEP_NS for place in range(_COUNT)]
        frames = [clock.frame_at_ns(moment_ns) for moment_ns in moments_ns]
        clicks = tuple(Click(frame, Voice.ACCENT, 0) for frame in frames)
        return cls(clock.epoch, clicks)

    def having(self, event: ClickMisheard | LoopbackListened) -> TrialClicks:
        """Return what is known after `event`, which may be about other clicks."""
        if event.epoch != self.epoch:
            return self
        first, last = self.clicks[0].frame, self.clicks[-1].frame
        if isinstance(event, LoopbackListened):
            is_all = event.from_frame <= first and event.to_frame > last
            return replace(self, is_heard=True, way_ns=event.way_ns) if is_all else self
        if not first <= event.frame <= last:
            return self
        if event.what is Misheard.SHIFTED:
            return replace(self, shifted=self.shifted + 1)
        return replace(self, missing=self.missing + 1)
