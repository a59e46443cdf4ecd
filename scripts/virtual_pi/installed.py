"""What is done to the installed box in the virtual Pi, case by case; each tells a line of JSON.

    python3 -m virtual_pi.installed CASE...

Runs in the guest, as root. The box is the service that `scripts/install` has made, as systemd runs
it; nothing here starts a daemon of its own.
"""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virtual_pi.bench import tell_take
from virtual_pi.glass_recorder import TOLD
from virtual_pi.parts import press
from virtual_pi.pulling import dark_screen, kept_awake, unplug_in_a_take
from virtual_pi.service import UNIT, Installed, pids, set_up, stay_awake, wait_until
from virtual_pi.telling import tell
from virtual_pi.unit import NeverError

if TYPE_CHECKING:
    from collections.abc import Callable

_WATCHDOGS = Path("/sys/class/watchdog")
_CRASH = Path("/proc/sysrq-trigger")
_TOGETHER_S = 9.0
_PAGE_EVERY_S = 0.25
_GOING_DOWN_S = 60.0


def boot(box: Installed) -> None:
    """Tell how the box came up with the machine, and what it was granted."""
    box.wait_for_parts()
    box.unit.wait_until(
        lambda status: box.glass.shows(base64.b64decode(status["screen"])),
        "the screen shows its page",
    )
    about = box.unit.told(
        *("ActiveState", "SubState", "NRestarts", "User", "WatchdogUSec", "StatusText"),
        "UnitFileState",
    )
    tell(
        case="boot",
        about=about,
        parts=box.unit.parts(),
        start_s=box.unit.status()["start_s"],
        glass=box.glass.text(),
        threads=_threads(),
        locked_kb=_locked_kb(),
        failed_units=_output("/usr/bin/systemctl", "--failed", "--no-legend", "--plain").split(
            "\n"
        ),
        card=Path("/proc/asound/cards").read_text(),
        journal_in_memory=any(Path("/run/log/journal").glob("*/system.journal")),
        exposure=_output("/usr/bin/systemd-analyze", "security", UNIT, "--no-pager")
        .strip()
        .splitlines()[-1],
        watchdog=_hardware_watchdog(box),
        said=box.unit.said(),
    )


def take(box: Installed) -> None:
    """Play a take from a press on a line, to a DAW that has connected itself to the box."""
    tell_take("take", box, box.to_daw())


def unplugged(box: Installed) -> None:
    """Have the interface pulled during a take, and plugged in again."""
    unplug_in_a_take("unplugged", box, lambda: None)


def stopped(box: Installed) -> None:
    """Stop the controller in a take, so that it hangs: systemd is to notice, and start the box anew."""
    _lose_the_controller("stopped", box, signal.SIGSTOP)


def killed(box: Installed) -> None:
    """Kill the controller in a take, as if it had crashed: the box is to be there again at once."""
    _lose_the_controller("killed", box, signal.SIGKILL)


def _lose_the_controller(case: str, box: Installed, by: signal.Signals) -> None:
    box.wait_for_parts()
    cable = box.to_daw()
    told_before = len(cable.arrived)
    restarts_before = int(box.unit.told("NRestarts")["NRestarts"])
    press("roll")
    bar = box.unit.wait_for_bar(2)["bar"]
    real_time = _real_time()
    pid = box.unit.controller_pid()
    with kept_awake():
        os.kill(pid, by)
        lost_ns = time.monotonic_ns()
        ended_s = wait_until(lambda: not _is_running(pid), "the controller has ended")
        gone_s = wait_until(lambda: not real_time & _real_time(), "player and sender are gone")
        wait_until(
            lambda: (
                box.unit.told("ActiveState")["ActiveState"] == "active"
                and box.unit.controller_pid() not in (0, pid)
            ),
            "the unit is active again",
        )
    back_s = (time.monotonic_ns() - lost_ns) / 1e9
    box.wait_for_parts()
    sound_s = (time.monotonic_ns() - lost_ns) / 1e9
    broken = box.unit.last_take()
    midi_of_broken = cable.arrived[told_before:]
    # The new controller knows nobody's cable.
    box.to_daw()
    box.unit.wait_until(lambda status: status["parts"]["daw"]["state"] == "ok", "the DAW is seen")
    restarts = int(box.unit.told("NRestarts")["NRestarts"]) - restarts_before
    tell(
        case=case,
        bar=bar,
        ended_s=ended_s,
        gone_s=gone_s,
        back_s=back_s,
        sound_s=sound_s,
        broken=broken,
        midi_of_broken=midi_of_broken,
        restarts=restarts,
        systemd=box.unit.journal("--unit", UNIT, "--identifier", "systemd", "--lines", "12"),
        said=box.unit.said(),
        **box.take(dict),
    )


def hung(box: Installed) -> None:
    """Have the kernel hang in a take. Nobody tells of it: the host sees the machine come back."""
    box.wait_for_parts()
    press("roll")
    bar = box.unit.wait_for_bar(3)["bar"]
    tell(begins="hung", bar=bar, wait_for="boot")
    os.sync()
    _CRASH.write_text("c")


def after_hang(box: Installed) -> None:
    """Tell what the box knows of the take in which the machine hung."""
    box.wait_for_parts()
    box.to_daw()
    box.unit.wait_until(lambda status: status["parts"]["daw"]["state"] == "ok", "the DAW is seen")
    tell(case="hung", broken=box.unit.last_take(), said=box.unit.said(), **box.take(dict))


def shut_down(box: Installed) -> None:
    """Hold AGAIN and SONG until the box goes off; the screen tells the rest, by the serial port."""
    box.wait_for_parts()
    TOLD.touch()
    stay_awake()
    holding = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            f"from virtual_pi.parts import press; press('again', 'song', hold_s={_TOGETHER_S})",
        ]
    )
    began_s = time.monotonic()
    seen: list[tuple[float, str]] = []
    tell(begins="power off")
    while time.monotonic() - began_s < _GOING_DOWN_S:
        try:
            words = box.unit.status()["message"]
        except (OSError, ValueError, KeyError):
            break
        if words and (not seen or seen[-1][1] != words):
            seen.append((time.monotonic() - began_s, words))
            tell(shown=words, after_s=seen[-1][0])
        time.sleep(_PAGE_EVERY_S)
    # The service is being stopped; the machine goes next, and this with it.
    tell(wait_for="off")
    holding.wait()


CASES: dict[str, Callable[[Installed], None]] = {
    "boot": boot,
    "take": take,
    "dark": dark_screen,
    "unplugged": unplugged,
    "stopped": stopped,
    "killed": killed,
    "hung": hung,
    "after_hang": after_hang,
    "shut_down": shut_down,
}


def main() -> None:
    """Run the cases that are named, in their order."""
    if sys.argv[1:] == ["settings"]:
        set_up()
        return
    box = Installed()
    for name in sys.argv[1:]:
        tell(begins=name)
        try:
            CASES[name](box)
        except NeverError as error:
            tell(case=name, failed=str(error), said=box.unit.said())
        # What sounds from here on belongs to the next case: first the host hears what there was.
        with kept_awake():
            sys.stdin.readline()


def _real_time() -> set[int]:
    return pids("countoff.player") | pids("countoff.sender")


def _is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def _threads() -> list[str]:
    """Return policy, priority, niceness, user and name of each thread of the box's processes."""
    listed = _output("/usr/bin/ps", "-eLo", "cls,rtprio,ni,user,comm,args")
    return [re.sub(r"\s+", " ", line)[:90] for line in listed.splitlines() if "countoff" in line]


def _locked_kb() -> dict[str, int]:
    """Return how much memory each real-time process has locked."""
    locked: dict[str, int] = {}
    for word in ("countoff.player", "countoff.sender"):
        for pid in pids(word):
            found = re.search(r"VmLck:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
            locked[word] = max(locked.get(word, 0), int(found[1]) if found else 0)
    return locked


def _hardware_watchdog(box: Installed) -> dict[str, Any]:
    told = dict(box.unit.told("RuntimeWatchdogUSec", "WatchdogDevice", unit=""))
    for name in ("identity", "state", "timeout"):
        for path in sorted(_WATCHDOGS.glob(f"*/{name}")):
            told[f"{path.parent.name} {name}"] = path.read_text().strip()
    return told


def _output(*words: str) -> str:
    return subprocess.run(words, check=False, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
