"""The tally: what each light means, and how bright it is at a moment.

Pure, so that the lamp, the front panel and the tests see the same light. Any thread. A pattern runs
on host time itself and not from when it was set, so that two lamps on one clock blink together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_MS: Final = 1_000_000

WAITING_BRIGHTNESS: Final = 0.1
"""A count-in whose first beat is still to come: something has begun, and it is not recording."""


class TallyLight(StrEnum):
    """What the tally says. Asked to record, seen to record and lost are three different lights."""

    OFF = "off"
    ARMED = "armed"
    COUNT_IN = "count_in"
    RECORDING = "recording"
    """Confirmed: the DAW says that it records."""
    ANSWER_MISSING = "answer_missing"
    """The DAW was asked, could answer, and has not."""
    CANNOT_ANSWER = "cannot_answer"
    """The DAW was asked; this profile has no way to answer."""
    DAW_LOST = "daw_lost"
    FAULT = "fault"
    LINE_CHECK = "line_check"
    """Nothing of all this: somebody looks whether the lamp works."""


COLOURS: Final[dict[TallyLight, str]] = {
    TallyLight.OFF: "black",
    TallyLight.ARMED: "red",
    TallyLight.COUNT_IN: "red",
    TallyLight.RECORDING: "red",
    TallyLight.ANSWER_MISSING: "amber",
    TallyLight.CANNOT_ANSWER: "red",
    TallyLight.DAW_LOST: "amber",
    TallyLight.FAULT: "amber",
    TallyLight.LINE_CHECK: "red",
}
"""The colour for a front panel. The lamp itself may have one colour: the patterns alone suffice."""


@dataclass(frozen=True, slots=True)
class _Step:
    length_ns: int
    brightness: float


def _blinks(count: int, rest_ms: int) -> tuple[_Step, ...]:
    on_off = (_Step(150 * _MS, 1.0), _Step(150 * _MS, 0.0))
    return on_off * (count - 1) + (on_off[0], _Step(rest_ms * _MS, 0.0))


def _swells() -> tuple[_Step, ...]:
    """Return a light that swells and sinks slowly, as none of the others does."""
    up = tuple(_Step(100 * _MS, tenths / 10) for tenths in range(10))
    return (*up, _Step(100 * _MS, 1.0), *reversed(up))


_PATTERNS: Final[dict[TallyLight, tuple[_Step, ...]]] = {
    TallyLight.OFF: (_Step(1, 0.0),),
    # Dimmer than a take: it blinks all day in the corner of a dark room.
    TallyLight.ARMED: (_Step(1000 * _MS, 0.4), _Step(1000 * _MS, 0.0)),
    TallyLight.RECORDING: (_Step(1, 1.0),),
    TallyLight.ANSWER_MISSING: (_Step(125 * _MS, 1.0), _Step(125 * _MS, 0.0)),
    # The dip is not dark: who glances up in the middle of it still sees red.
    TallyLight.CANNOT_ANSWER: (_Step(1750 * _MS, 1.0), _Step(250 * _MS, 0.15)),
    TallyLight.DAW_LOST: _blinks(2, rest_ms=1050),
    TallyLight.FAULT: _blinks(3, rest_ms=1050),
    TallyLight.LINE_CHECK: _swells(),
}


def _count_in_pattern(beat_length_ns: int) -> tuple[_Step, ...]:
    # A third of the beat: long enough to be seen at 240 BPM, short enough to be a flash at 60.
    flash_ns = max(1, beat_length_ns // 3)
    return (_Step(flash_ns, 1.0), _Step(max(1, beat_length_ns - flash_ns), 0.0))


def _now_and_left(
    light: TallyLight, at_ns: int, last_beat_ns: int | None, beat_length_ns: int | None
) -> tuple[float, int | None]:
    """Return the brightness and how many ns it lasts from `at_ns`; None: until something is set."""
    if light is TallyLight.COUNT_IN:
        if last_beat_ns is None or not beat_length_ns:
            return WAITING_BRIGHTNESS, None
        if at_ns < last_beat_ns:
            return WAITING_BRIGHTNESS, last_beat_ns - at_ns
        steps = _count_in_pattern(beat_length_ns)
        since_ns = at_ns - last_beat_ns
    else:
        steps = _PATTERNS[light]
        since_ns = at_ns
    if len(steps) == 1:
        return steps[0].brightness, None
    into_ns = since_ns % sum(step.length_ns for step in steps)
    for step in steps[:-1]:
        if into_ns < step.length_ns:
            return step.brightness, step.length_ns - into_ns
        into_ns -= step.length_ns
    return steps[-1].brightness, steps[-1].length_ns - into_ns


def brightness(
    light: TallyLight,
    at_ns: int,
    last_beat_ns: int | None = None,
    beat_length_ns: int | None = None,
) -> float:
    """Return how bright `light` is at host time `at_ns`: 0.0 dark, 1.0 full.

    The count-in flashes at `last_beat_ns` and every `beat_length_ns` after it; `last_beat_ns` may lie
    ahead. The other lights need neither.
    """
    return _now_and_left(light, at_ns, last_beat_ns, beat_length_ns)[0]


def next_change_ns(
    light: TallyLight,
    at_ns: int,
    last_beat_ns: int | None = None,
    beat_length_ns: int | None = None,
) -> int | None:
    """Return the first host time after `at_ns` at which the brightness changes; None for never."""
    left_ns = _now_and_left(light, at_ns, last_beat_ns, beat_length_ns)[1]
    return None if left_ns is None else at_ns + left_ns
