"""Judges what a case told and what was heard: one line of figures for each.

Runs on the host. What counts as passed is in hardware/TEST-PLAN.md, case by case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virtual_pi.checks import BPM, Checks, Report, clicks_in, judge_clicks, judge_end
from virtual_pi.midi_judging import judge_answers, judge_several
from virtual_pi.recording import RATE_HZ, off_grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virtual_pi.recording import Onset

_RECORD_STROBE = "f07f7f0606f7"
_RECORD_EXIT = "f07f7f0607f7"
_STOP = "f07f7f0601f7"
# The light while a take rolls: full, with a dip to 0.15 for an eighth of the time.
_DUTY_OF_CANNOT_ANSWER = (0.8, 0.97)
# Without a slip of the converter's reading: what an underrun may move the click, in frames.
_NEAR_GRID_FRAMES = RATE_HZ // 1000
_CLOCK_P99_MS = 0.1


def judge(told: Mapping[str, Any], heard: Sequence[Sequence[Onset]]) -> Report:
    """Return the verdict on a case; `heard` is what sounded since the case before."""
    checks = Checks()
    case = str(told["case"])
    if "failed" in told:
        checks.add(str(told["failed"]), is_right=False)
    if "parts" in told:
        _judge_parts(told, checks)
    if case == "ended":
        checks.add(f"gone after {told['took_s']:.2f} s")
        checks.add(f"left over: {told['left'] or 'nothing'}", is_right=not told["left"])
        checks.add("screen dark", is_right=not told["glass_is_on"])
        checks.add("lamp dark", is_right=told["lamp_duty"] == 0)
    if "interrupted" in told:
        judge_answers(told, heard, checks)
    if "successor_s" in told:
        judge_several(told, checks)
    if "take" in told:
        _judge_log(told["take"], checks, case)
        _judge_sound(told, [list(clicks) for clicks in heard], checks)
    if "clock" in told:
        judge_clock(told["clock"], checks)
    if "midi" in told:
        _judge_midi(told, checks)
    if "lamp_duty" in told and "take" in told:
        low, high = _DUTY_OF_CANNOT_ANSWER
        duty = told["lamp_duty"]
        checks.add(f"lamp at {duty:.2f}", is_right=low < duty < high)
    if "back" in told:
        checks.add(f'screen: "{told["out"]}", then back', is_right=bool(told["out"]))
    if "noticed_s" in told:
        checks.add(
            f"fault {told['noticed_s']:.1f} s after the pull, stand-in after "
            f"{told['stood_in_s']:.1f} s; once it accepted a client again, shown as back after "
            f"{told['back_s']:.2f} s"
        )
        judge_return(told, checks)
        checks.add(f"tally {told['tally']}", is_right=told["tally"] == "fault")
        checks.add("the take went on", is_right=told["went_on"])
        checks.add(f'meanwhile: "{told["stand_in"]["sentence"]}"')
    return Report(case, checks.passed, tuple(checks.facts))


def _judge_parts(told: Mapping[str, Any], checks: Checks) -> None:
    for part, state in told["parts"].items():
        # Nobody has connected to the box's own port yet, which it says.
        is_right = state == "ok" or (part == "daw" and state.startswith("warning No DAW"))
        checks.add(f"{part} {state}", is_right=is_right)
    checks.add(f"started in {told['first_start_s']:.1f} s, again in {told['second_start_s']:.1f} s")
    fifo = [line for line in told["threads"] if line.startswith(" FF")]
    checks.add(f"{len(fifo)} threads FIFO", is_right=len(fifo) >= 3)


def _judge_log(take: Mapping[str, Any], checks: Checks, case: str) -> None:
    judge_end(take, checks)
    kinds = [incident["kind"] for incident in take["incidents"]]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    expected = {
        "stalls": "click gap",
        "unplugged": "audio lost",
        "another default": "audio lost",
        "dark screen": "screen fault",
    }
    wanted = expected.get(case)
    checks.add(
        f"incidents: {counts or 'none'}",
        is_right=wanted in kinds if wanted else not kinds,
    )


def _judge_sound(told: Mapping[str, Any], heard: Sequence[list[Onset]], checks: Checks) -> None:
    if not heard:
        checks.add("nothing was heard", is_right=False)
        return
    if "on_bus" in told:
        _judge_bus(told["on_bus"], clicks_in(told["take"]), checks)
        return
    judge_clicks(heard[0], told["take"], checks)


def _judge_midi(told: Mapping[str, Any], checks: Checks) -> None:
    arrived = told["midi"]
    words = [message for _, message in arrived]
    checks.add(
        f"{len(words)} MMC messages",
        is_right=words == [_RECORD_STROBE, _RECORD_EXIT, _STOP],
    )
    if not arrived:
        return
    record_ns = arrived[0][0]
    after_ms = (record_ns - told["pressed_ns"]) / 1e6
    before_ms = (told["take"]["first_click_ns"] - record_ns) / 1e6
    checks.add(
        f"record {after_ms:.2f} ms after the press, {before_ms:.0f} ms before the first click",
        is_right=before_ms > 0,
    )


def judge_clock(arrived: Sequence[tuple[float, str]], checks: Checks) -> None:
    """Judge the pulses against the best straight line: the interface's crystal has its own rate."""
    words = [word for _, word in arrived if word != "f8"]
    checks.add(f"clock says {', '.join(words)}", is_right=words == ["fa", "fc"])
    at_s = np.array([at_s for at_s, word in arrived if word == "f8"])
    numbers = np.arange(len(at_s))
    period_s, begin_s = np.polyfit(numbers, at_s, 1)
    off_ms = np.abs(at_s - (begin_s + period_s * numbers)) * 1000
    middle, most, worst = (float(np.percentile(off_ms, share)) for share in (50, 99, 100))
    checks.add(
        f"{len(at_s)} pulses at {60 / 24 / period_s:.3f} a minute, off the line by {middle:.3f} ms "
        f"(p50), {most:.3f} ms (p99), {worst:.3f} ms (max)",
        is_right=most <= _CLOCK_P99_MS,
    )


def judge_return(told: Mapping[str, Any], checks: Checks) -> None:
    """Tell when the click was laid onto the returned stream, and when its first one sounded."""
    rejoined = [event for event in told["take"]["events"] if event["event"] == "rejoined"]
    if not rejoined:
        checks.add("the click never rejoined its grid", is_right=False)
        return
    last = rejoined[-1]
    since_bar1_s = (last["frame"] - last["bar1_frame"]) / last["sample_rate_hz"]
    laid_s = (last["at_ns"] - told["accepts_ns"]) / 1e9
    sounds_s = (last["bar1_ns"] - told["accepts_ns"]) / 1e9 + since_bar1_s
    checks.add(f"click laid again after {laid_s:.3f} s, its first beat after {sounds_s:.3f} s")


def _judge_bus(clicks: list[Onset], expected: int, checks: Checks) -> None:
    """Judge what lies on the bus on one grid, through every gap.

    A click whose start fell into a gap is heard late: it stands alone, off what is before and after.
    """
    offs = [off for _, off in off_grid(clicks, BPM)]
    steady = [
        off
        for before, off, after in zip([offs[0], *offs], offs, [*offs[1:], offs[-1]], strict=False)
        if abs(off - before) <= 1 or abs(off - after) <= 1
    ]
    away = max(abs(off) for off in steady)
    checks.add(
        f"{len(clicks)} of {expected} clicks on the bus, {len(clicks) - len(steady)} of them cut; "
        f"off the first grid by {', '.join(str(off) for off in dict.fromkeys(steady))} frames",
        is_right=away <= _NEAR_GRID_FRAMES,
    )
