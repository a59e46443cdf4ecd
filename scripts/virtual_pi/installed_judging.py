"""Judges what the installed box told, and what was heard of it: one line of figures for each case.

Runs on the host. What counts as passed is in hardware/TEST-PLAN.md, case by case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from virtual_pi.checks import BEATS_IN_BAR, BPM, Checks, Report, judge_clicks, judge_end
from virtual_pi.judging import judge
from virtual_pi.recording import RATE_HZ, off_grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virtual_pi.recording import Onset

_RECORD_STROBE = "f07f7f0606f7"
_FIFO = (70, 65, 60, 3)
_BAR_S = 4 * 60 / 113.7
# What the log may be behind of the truth when the machine goes: DESIGN.md.
_LAST_BAR_WITHIN_S = 2.0
# Half a second for the player to fade, and what looking for it takes on the emulated processor.
_GONE_WITHIN_S = 0.7
_COUNTED_DOWN = ("POWER OFF IN 3", "POWER OFF IN 2", "POWER OFF IN 1", "SWITCHING OFF")


def judge_installed(told: Mapping[str, Any], heard: Sequence[Sequence[Onset]]) -> Report:
    """Return the verdict on a case of the installed box."""
    case = str(told["case"])
    if "failed" in told:
        return Report(case, passed=False, facts=(str(told["failed"]),))
    if case not in _JUDGES:
        return judge(told, heard)
    checks = Checks()
    _JUDGES[case](told, [list(clicks) for clicks in heard], checks)
    return Report(case, checks.passed, tuple(checks.facts))


def _judge_boot(told: Mapping[str, Any], _heard: Sequence[Sequence[Onset]], checks: Checks) -> None:
    about = told["about"]
    checks.add(
        f"{about['UnitFileState']}, {about['ActiveState']} ({about['SubState']}), as {about['User']}",
        is_right=(about["ActiveState"], about["User"]) == ("active", "countoff"),
    )
    checks.add(f"{about['NRestarts']} restarts", is_right=about["NRestarts"] == "0")
    # How long the kernel and the disk take says nothing: in virtual time whoever waits skips time.
    checks.add(
        "after exec: "
        + ", ".join(f"{what} {after_s:.1f} s" for what, after_s in told["start_s"].items())
    )
    for part, state in told["parts"].items():
        is_right = state == "ok" or (part == "daw" and state.startswith("warning No DAW"))
        checks.add(f"{part} {state}", is_right=is_right)
    fifo = sorted({int(line.split()[1]) for line in told["threads"] if line.split()[0] == "FF"})
    checks.add(f"FIFO at {fifo}", is_right=set(_FIFO) <= set(fifo))
    nice = {line.split()[2] for line in told["threads"] if line.split()[0] == "TS"}
    checks.add(f"the other threads nice {', '.join(sorted(nice))}", is_right=nice == {"-11"})
    locked = told["locked_kb"]
    checks.add(
        "locked " + ", ".join(f"{word} {kb // 1024} MiB" for word, kb in locked.items()),
        is_right=len(locked) == 2 and all(locked.values()),
    )
    failed = [line for line in told["failed_units"] if line]
    checks.add(f"units that failed: {', '.join(failed) or 'none'}", is_right=not failed)
    checks.add("journal in memory", is_right=told["journal_in_memory"])
    watchdog = told["watchdog"]
    is_armed = watchdog.get("watchdog0 state") == "active"
    checks.add(
        f"hardware watchdog {watchdog.get('watchdog0 identity')}"
        f" {watchdog.get('watchdog0 state')}, {watchdog.get('RuntimeWatchdogUSec')}",
        is_right=is_armed and watchdog.get("RuntimeWatchdogUSec") not in (None, "0", "infinity"),
    )
    checks.add(told["exposure"].strip())


def _judge_broken(take: Mapping[str, Any], bar: int, checks: Checks) -> None:
    """Judge a take in whose bar `bar` the box was lost."""
    behind_s = (bar - (take["end_bar"] or 0)) * _BAR_S
    checks.add(
        f"log: T{take['number']} {take['status']} at {take['end_bar']}.{take['end_beat']},"
        f" last seen in bar {bar}",
        is_right=take["status"] == "interrupted" and behind_s <= _LAST_BAR_WITHIN_S + _BAR_S,
    )


def _judge_lost(told: Mapping[str, Any], heard: Sequence[Sequence[Onset]], checks: Checks) -> None:
    checks.add(
        f"{told['case']} in bar {told['bar']}: ended after {told['ended_s']:.1f} s, player and sender "
        f"gone {told['gone_s']:.2f} s later, the unit active again after {told['back_s']:.1f} s, with "
        f"sound after {told['sound_s']:.1f} s; {told['restarts']} restart",
        is_right=told["restarts"] == 1 and told["gone_s"] <= _GONE_WITHIN_S,
    )
    if told["case"] == "stopped":
        fired = [line for line in told["systemd"].splitlines() if "atchdog" in line]
        checks.add(
            f"systemd: {fired[0].split(': ', 2)[-1] if fired else 'no word of the watchdog'}",
            is_right=bool(fired),
        )
    _judge_broken(told["broken"], told["bar"], checks)
    words = [message for _, message in told["midi_of_broken"]]
    checks.add(
        f"the DAW was told: {' '.join(words)}, no stop", is_right=words[:1] == [_RECORD_STROBE]
    )
    checks.add(f"{len(heard)} takes heard", is_right=len(heard) == 2)
    if len(heard) == 2:
        away = max(abs(off) for _, off in off_grid(list(heard[0]), BPM, whole=BEATS_IN_BAR))
        seconds = (heard[0][-1].frame - heard[0][0].frame) / RATE_HZ
        checks.add(
            f"the broken one: {len(heard[0])} clicks in {seconds:.1f} s, {away} frames off the grid",
            is_right=away == 0,
        )
    _judge_next(told, heard, checks)


def _judge_hung(told: Mapping[str, Any], heard: Sequence[Sequence[Onset]], checks: Checks) -> None:
    checks.add(f"up again after {told['up_s']:.0f} s of the host")
    _judge_broken(told["broken"], told["bar"], checks)
    _judge_next(told, heard, checks)


def _judge_next(told: Mapping[str, Any], heard: Sequence[Sequence[Onset]], checks: Checks) -> None:
    """Judge the take that was played as soon as the box was back."""
    checks.add("the next take")
    judge_end(told["take"], checks)
    if heard:
        judge_clicks(list(heard[-1]), told["take"], checks)
    else:
        checks.add("nothing was heard", is_right=False)
    checks.add(
        f"{len(told['take']['incidents'])} incidents", is_right=not told["take"]["incidents"]
    )


def _judge_power_off(
    told: Mapping[str, Any], _heard: Sequence[Sequence[Onset]], checks: Checks
) -> None:
    shown = [words for words, _ in told["shown"]]
    checks.add(
        "shown: " + ", ".join(f"{words} ({after_s:.1f} s)" for words, after_s in told["shown"]),
        is_right=all(words in shown for words in _COUNTED_DOWN[:3]),
    )
    checks.add(f"off {told['off_s']:.0f} s of the host after that")
    checks.add(
        f"the last picture of {told['pictures']} is "
        f"{'HALTED' if told['says_halted'] else 'another one'}",
        is_right=told["says_halted"],
    )


_JUDGES = {
    "boot": _judge_boot,
    "stopped": _judge_lost,
    "killed": _judge_lost,
    "hung": _judge_hung,
    "power off": _judge_power_off,
}
