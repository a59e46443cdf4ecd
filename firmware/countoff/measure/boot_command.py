"""`countoff measure boot`: from the kernel's first moment to a box that is ready, stage by stage.

Runs in the command's own process, never in the daemon: systemd says when it began with what, and the
daemon when it had come so far. What a board does before its kernel runs nobody here can know.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from countoff.control.reaching import add_daemon_arguments, sockets
from countoff.songs.command_line import complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

DONE = 0
NOT_READY = 1
NOT_MEASURED = 3
_UNIT = "countoff.service"
_US_PER_S = 1_000_000
_KERNEL_DONE = "UserspaceTimestampMonotonic"
_BOOT_DONE = "FinishTimestampMonotonic"
_EXECUTED = "ExecMainStartTimestampMonotonic"
_DEADLINE_S = 20
# A service that systemd started so long after the boot was done was not started by the boot.
_LONGEST_AFTER_BOOT_S = 30
# In the order in which they are reached, as a rule.
_STAGES = ("answers", "pedals", "screen", "sound", "ready")


class NotBootedError(RuntimeError):
    """This machine's boot cannot be told; the sentence says why."""


class Stage(NamedTuple):
    """What had come so far, when since the kernel began; None: it has not."""

    what: str
    at_s: float | None


def add_boot_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `measure boot`, which sets `run`, which returns the exit code."""
    boot = subparsers.add_parser(
        "boot",
        help="tell how long this boot took until the box was ready",
        description="From the start of the kernel to ready, of the boot that this machine is in."
        " Before that a Pi's own loader runs: film the screen from the moment of power to know it.",
    )
    add_daemon_arguments(boot)
    boot.add_argument("--json", action="store_true", help="print JSON instead of a table")
    boot.set_defaults(run=measure_boot)


def measure_boot(arguments: argparse.Namespace) -> int:
    """Ask systemd and the daemon, and print what they say."""
    from countoff.control.client import Client, NoDaemonError  # noqa: PLC0415

    try:
        with Client(sockets(arguments)) as client:
            start_s = client.ask(ask="status")["status"]["start_s"]
        stages = stages_of(_shown(), _shown(_UNIT), start_s)
    except (NoDaemonError, NotBootedError) as error:
        complain(str(error))
        return NOT_MEASURED
    if arguments.json:
        print(json.dumps({"since_kernel_s": dict(stages), "start_s": start_s}, indent=2))
    else:
        _print(stages, start_s)
    return DONE if stages[-1].at_s is not None else NOT_READY


def stages_of(
    manager: Mapping[str, str], unit: Mapping[str, str], start_s: Mapping[str, float | None]
) -> Sequence[Stage]:
    """Return the stages of a boot, from what systemd shows of itself and the unit, and the daemon.

    Raises NotBootedError where the daemon was not started by the boot.
    """
    kernel_done_s, executed_s = _s(manager, _KERNEL_DONE), _s(unit, _EXECUTED)
    boot_done_s = _s(manager, _BOOT_DONE)
    if not kernel_done_s or not executed_s:
        raise NotBootedError(f"systemd has not started {_UNIT} here: the boot cannot be told.")
    is_restarted = unit.get("NRestarts", "0") != "0"
    is_late = boot_done_s > 0 and executed_s > boot_done_s + _LONGEST_AFTER_BOOT_S
    if is_restarted or is_late:
        raise NotBootedError(
            f"{_UNIT} was started again since this machine booted: reboot it, and measure then."
        )
    own = (
        Stage(what, None if (after_s := start_s[what]) is None else executed_s + after_s)
        for what in _STAGES
    )
    return (Stage("kernel", kernel_done_s), Stage("executed", executed_s), *own)


def _s(shown: Mapping[str, str], name: str) -> float:
    value = shown.get(name, "0")
    return int(value) / _US_PER_S if value.isdecimal() else 0.0


def _shown(*unit: str) -> Mapping[str, str]:
    """Return what systemd shows of itself, or of a unit. Blocks. Raises NotBootedError."""
    lines = _said("systemctl", "show", *unit).splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _said(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_DEADLINE_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        why = str(error).removesuffix(".")
        raise NotBootedError(f"systemd does not say how this machine booted: {why}.") from error
    return done.stdout


_WORDS = {
    "kernel": "the kernel is up",
    "executed": "countoff is executed",
    "answers": "it answers",
    "pedals": "pedals are heard",
    "screen": "the screen shows",
    "sound": "it has sound",
    "ready": "ready",
}


def _print(stages: Sequence[Stage], start_s: Mapping[str, float | None]) -> None:
    from countoff.measure.tables import print_facts  # noqa: PLC0415 - rich

    rows = [("", "since the kernel    since it was executed")]
    for what, at_s in stages:
        own_s = start_s.get(what)
        whole = "not yet" if at_s is None else f"{at_s:.2f} s"
        own = "" if own_s is None else f"{own_s:.2f} s"
        rows.append((_WORDS[what], f"{whole:>16}    {own:>21}"))
    print_facts(rows)
    try:
        print(_said("systemd-analyze", "critical-chain", "--no-pager", _UNIT))
    except NotBootedError as error:
        complain(str(error))
