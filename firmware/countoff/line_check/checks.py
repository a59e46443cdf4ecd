"""Which checks there are, in what order, each with its deadline: a part that hangs costs no more.

`make_checks` blocks until the last is through, or the line check is over. Every check has a thread of its own
that nobody waits for beyond its deadline.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from countoff.core.finding import Finding
from countoff.line_check import (
    audio,
    clock,
    configuration,
    disk,
    lamp,
    loopback,
    midi,
    pedals,
    power,
    rights,
    screen,
    versions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.line_check.box import Box

_LOOK_EVERY_S: Final = 0.05
# What is no part with a plug must not be pulled: a card that hangs is one that is written to.
_START_ANEW = "It hangs: switch the box off and on again."
_PLUG_ANEW = "It hangs: unplug it and plug it in again."


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `look` returns None where there is nothing to check.

    if_it_hangs: what to do where it is not through within the deadline
    """

    name: str
    look: Callable[[Box], Finding | None]
    deadline_s: float = 5.0
    if_it_hangs: str = _START_ANEW


def _clock_port(box: Box) -> Finding | None:
    seen = box.clock_port()
    return None if seen is None else midi.judge(seen, midi.CLOCK_NAME)


def _clock(_box: Box) -> Finding:
    from countoff.takelog.stamps import SystemStamps  # noqa: PLC0415 (not for who checks nothing)

    stamp = SystemStamps.read().now()
    # To the minute, and as it is written everywhere else.
    now_utc = f"{stamp.at_utc[:16].replace('T', ' ')} UTC"
    return clock.judge(now_utc, is_synchronised=stamp.clock_synchronised)


def _configuration(box: Box) -> Finding:
    loaded = box.loaded
    where = "the defaults, for there is no file" if loaded.path is None else str(loaded.path)
    return configuration.judge([str(problem) for problem in loaded.problems], where)


CHECKS: Final = (
    Check(audio.NAME, lambda box: audio.judge(box.audio()), 12, _PLUG_ANEW),
    Check(loopback.NAME, lambda box: loopback.judge(box.loopback()), 12, _PLUG_ANEW),
    Check(rights.NAME, lambda box: rights.judge(box.audio(), box.daw_port())),
    Check(midi.NAME, lambda box: midi.judge(box.daw_port()), if_it_hangs=_PLUG_ANEW),
    Check(midi.CLOCK_NAME, _clock_port, if_it_hangs=_PLUG_ANEW),
    Check(midi.DAW_NAME, lambda box: midi.judge_daw(box.daw())),
    Check(screen.NAME, lambda box: screen.judge(box.screen()), if_it_hangs=_PLUG_ANEW),
    Check(lamp.NAME, lambda box: lamp.judge(box.lamp())),
    Check(disk.NAME, lambda box: disk.judge(disk.try_disk(box.log_folder))),
    Check(clock.NAME, _clock),
    Check(power.NAME, lambda _box: power.judge(power.look())),
    Check(versions.NAME, lambda box: versions.judge(versions.look(box.audio().versions))),
    Check(configuration.NAME, _configuration),
    # Last: by then whoever has begun it with two pedals has come off them.
    Check(pedals.NAME, lambda box: pedals.judge(box.pedals()), deadline_s=8),
)


def make_checks(
    box: Box,
    found: Callable[[Finding], None],
    is_over: threading.Event,
    checks: Sequence[Check] = CHECKS,
) -> None:
    """Make all checks of `box`, one after the other, and hand each finding to `found`.

    Returns at once when `is_over` is set: what still looks then ends by itself, and is not heard.
    """
    for check in checks:
        finding = _within(check, box, is_over)
        if is_over.is_set():
            return
        if finding is not None:
            found(finding)


def _within(check: Check, box: Box, is_over: threading.Event) -> Finding | None:
    """Return what a check finds; a fault where it finds nothing in time, or fails itself."""
    answer: list[Finding | None] = []
    has_answered = threading.Event()

    def look() -> None:
        try:
            answer.append(check.look(box))
        # Whatever a part or a library raises: the check has found that out.
        except Exception as error:  # noqa: BLE001
            why = f"It cannot be checked: {type(error).__name__}: {error}."
            answer.append(Finding.fault(check.name, why, "The journal may say more."))
        has_answered.set()

    threading.Thread(target=look, name=f"check {check.name}", daemon=True).start()
    deadline_s = time.monotonic() + check.deadline_s
    while not has_answered.wait(_LOOK_EVERY_S):
        if is_over.is_set():
            return None
        if time.monotonic() > deadline_s:
            return Finding.fault(
                check.name,
                f"It did not answer within {check.deadline_s:g} s.",
                check.if_it_hangs,
            )
    return answer[0]
