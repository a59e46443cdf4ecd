"""Judges what was seen at the box's MIDI inputs: a DAW that answers, a foot controller, several DAWs.

Runs on the host. What counts as passed is in hardware/TEST-PLAN.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from virtual_pi.checks import Checks, judge_clicks, judge_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virtual_pi.recording import Onset

_SOLID = 0.99
# A take that lasted, and its gap, are told by bars; the cable was pulled in the second.
_PULLED_IN_BAR = 2


def judge_answers(
    told: Mapping[str, Any], heard: Sequence[Sequence[Onset]], checks: Checks
) -> None:
    """Judge a take that was confirmed, and one in which the DAW's ports went away."""
    confirmed, interrupted = told["confirmed"], told["interrupted"]
    for name, part, clicks in zip(
        ("confirmed", "pulled"), (confirmed, interrupted), heard, strict=False
    ):
        checks.add(name)
        judge_end(part["take"], checks)
        judge_clicks(list(clicks), part["take"], checks)
    checks.add(f"{len(heard)} takes heard", is_right=len(heard) == 2)
    _judge_confirmed(confirmed, checks)
    _judge_interrupted(interrupted, checks)
    checks.add(f"ports made anew at once: connected again after {told['anew_s']:.2f} s")
    checks.add(f'without the foot controller: "{told["no_feet"]}"', is_right=bool(told["no_feet"]))


def _judge_confirmed(told: Mapping[str, Any], checks: Checks) -> None:
    take = told["take"]
    checks.add(f"verdict {take['verdict']}", is_right=take["verdict"] == "recorded")
    kinds = [incident["kind"] for incident in take["incidents"]]
    checks.add(f"incidents: {', '.join(kinds) or 'none'}", is_right=not kinds)
    checks.add(
        f"light {told['light']}, lamp at {told['duty']:.2f}",
        is_right=told["light"] == "recording" and told["duty"] > _SOLID,
    )
    answer_ms = (take["answered_ns"] - told["pressed_ns"]) / 1e6
    ahead_ms = (take["first_click_ns"] - take["answered_ns"]) / 1e6
    checks.add(
        f"record reached the DAW {(told['record_ns'] - told['pressed_ns']) / 1e6:.1f} ms after the"
        f" step, its answer the box after {answer_ms:.1f}, {ahead_ms:.0f} before the first click",
        is_right=ahead_ms > 0,
    )


def _judge_interrupted(told: Mapping[str, Any], checks: Checks) -> None:
    take = told["take"]
    checks.add(
        f"verdict {take['verdict']} at {take['gap_bar']}.{take['gap_beat']}",
        is_right=take["verdict"] == "gap" and take["gap_bar"] == _PULLED_IN_BAR,
    )
    checks.add(
        f"light {told['light']}, without the DAW {told['away_light']} after"
        f" {told['noticed_s']:.2f} s and the lamp at {told['away_duty']:.2f},"
        f" red again {told['back_s']:.2f} s after it came back",
        is_right=told["light"] == "recording" and told["away_duty"] < _SOLID,
    )
    words = ", ".join(dict.fromkeys(word for _, word in told["asked"]))
    checks.add(f"the box asked anew: {words or 'nothing'}", is_right=bool(told["asked"]))
    stopped = [word for _, word in told["daw_did"] if "stop" in word]
    checks.add(f"the DAW recorded through it, {len(stopped)} stop", is_right=len(stopped) == 1)


def judge_several(told: Mapping[str, Any], checks: Checks) -> None:
    """Judge whether each of the desks was connected again, and told to record."""
    checks.add(
        f"one of two connected again, both ways, {told['one_s']:.2f} s after it came,"
        f" both {told['both_s']:.2f} s after they came,"
        f" by a new sender {told['successor_s']:.2f} s after the old one had gone"
    )
    for when in ("heard_before", "heard_after"):
        heard = [name for name, has_heard in told[when].items() if has_heard]
        checks.add(
            f"told to record: {' and '.join(heard) or 'nobody'}",
            is_right=len(heard) == len(told[when]),
        )
