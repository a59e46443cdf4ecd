"""What is done to the box in the virtual Pi, case by case; each tells what it saw as a JSON line.

    python3 -m virtual_pi.cases BLOCK_FRAMES LATENCY_MS CASE...

Runs in the guest, so that nothing waits for the host while virtual time races. What the host has to
do is asked for by a line of its own; the guest sees it happen.
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
from typing import TYPE_CHECKING

from virtual_pi.bench import Bench, device_of, tell_take
from virtual_pi.midi_cases import answers, named_answers, several
from virtual_pi.parts import Follower, lamp_duty, press
from virtual_pi.pulling import Bus, dark_screen, kept_awake, unplug_in_a_take
from virtual_pi.telling import tell
from virtual_pi.unit import NeverError

if TYPE_CHECKING:
    from collections.abc import Callable

LONG_S = 180.0
CLOCK_S = 30.0
STALLS = 6
STALL_S = 0.15
# Its driver stays loaded: loading it would keep everybody from the one slow processor.
_OTHER_CARD = Path("/sys/bus/platform/drivers/snd_aloop")


def parts(bench: Bench) -> None:
    """Start the box twice: what it finds, and how long that takes (relative figures)."""
    first_s = bench.start()
    bench.unit.stop()
    again_s = bench.start()
    settled = bench.unit.wait_until(
        lambda status: bench.glass.shows(base64.b64decode(status["screen"])),
        "the screen shows its page",
    )
    threads = _threads()
    tell(
        case="parts",
        first_start_s=first_s,
        second_start_s=again_s,
        parts=bench.unit.parts(),
        shows=settled["page"],
        glass=bench.glass.text(),
        threads=threads,
        said=bench.unit.said(),
    )


def take_to_own_port(bench: Bench) -> None:
    """Play a take from a press on a line, to a DAW that has connected itself to the box."""
    tell_take("take to its own port", bench, bench.connect())


def take_to_named_port(bench: Bench) -> None:
    """Play one to a port that the configuration names by a part of its name."""
    bench.unit.stop()
    bench.unit = bench.fresh_unit(bench.named)
    cable = bench.cable(device_of(bench.named))
    bench.start()
    tell_take("take to a named port", bench, cable)


def long_click(bench: Bench) -> None:
    """Click for minutes without a disturbance: no gap may be found."""
    pressed_ns = press("roll")
    bench.unit.wait_for_phase("rolling")
    time.sleep(LONG_S)
    tell(case="long click", **bench.end(pressed_ns))


def clock(bench: Bench) -> None:
    """Send a MIDI clock for half a minute, to a port that the kernel stamps what arrives at."""
    follower = Follower()
    bench.unit.stop()
    bench.unit = bench.fresh_unit(clock_port=follower.port)
    bench.start()
    cable = bench.connect()
    pressed_ns = press("roll")
    bench.unit.wait_for_phase("rolling")
    time.sleep(CLOCK_S)
    seen = bench.end(pressed_ns)
    tell(case="clock", clock=follower.arrived, midi=cable.arrived, **seen)


def stalls(bench: Bench) -> None:
    """Stop the player for less than its heartbeat's limit, and more than its buffer."""
    with Bus("stalls") as noted:
        pressed_ns = press("roll")
        bench.unit.wait_for_bar(2)
        pid = bench.unit.player_pid()
        for _ in range(STALLS):
            os.kill(pid, signal.SIGSTOP)
            time.sleep(STALL_S)
            os.kill(pid, signal.SIGCONT)
            time.sleep(6.3)
        same_player = pid == bench.unit.player_pid()
        seen = bench.end(pressed_ns)
    tell(case="stalls", same_player=same_player, bus=noted, **seen)


def unplugged(bench: Bench) -> None:
    """Have the interface pulled during a take, and plugged in again."""
    unplug_in_a_take("unplugged", bench, lambda: None)


def another_default(bench: Bench) -> None:
    """Do the same with no device configured, and have another card be the default meanwhile."""
    bench.unit.stop()
    (_OTHER_CARD / "unbind").write_text("snd_aloop.0")
    bench.unit = bench.fresh_unit(device="")
    bench.start()

    def bring_another() -> None:
        (_OTHER_CARD / "bind").write_text("snd_aloop.0")

    unplug_in_a_take("another default", bench, bring_another)


def ended(bench: Bench) -> None:
    """End the box by SIGTERM: it leaves nothing over."""
    took_s, left = bench.unit.stop()
    tell(
        case="ended",
        took_s=took_s,
        left=left,
        glass_is_on=bench.glass.is_on,
        lamp_duty=lamp_duty(0.2),
        said=bench.unit.said(),
    )


CASES: dict[str, Callable[[Bench], None]] = {
    "parts": parts,
    "own_port": take_to_own_port,
    "named_port": take_to_named_port,
    "long": long_click,
    "clock": clock,
    "stalls": stalls,
    "dark": dark_screen,
    "unplugged": unplugged,
    "default": another_default,
    "answers": answers,
    "named_answers": named_answers,
    "several": several,
    "ended": ended,
}


def main() -> None:
    """Run the cases that are named, in their order."""
    bench = Bench(int(sys.argv[1]), int(sys.argv[2]))
    if "parts" not in sys.argv:
        bench.start()
    for name in sys.argv[3:]:
        tell(begins=name)
        try:
            CASES[name](bench)
        except NeverError as error:
            tell(case=name, failed=str(error))
        # What sounds from here on belongs to the next case: first the host hears what there was.
        with kept_awake():
            sys.stdin.readline()
    bench.unit.stop()


def _threads() -> list[str]:
    """Return the policy and priority of each thread of the box's processes."""
    listed = subprocess.run(
        ["/usr/bin/ps", "-eLo", "cls,rtprio,comm,args"], check=True, capture_output=True, text=True
    ).stdout
    return [
        re.sub(r"\s+", " ", line)[:70] for line in listed.splitlines() if " -m countoff" in line
    ]


if __name__ == "__main__":
    main()
