"""What is done to the box in the virtual Pi, case by case; each tells what it saw as a JSON line.

    python3 -m virtual_pi.cases BLOCK_FRAMES LATENCY_MS CASE...

Runs in the guest, so that nothing waits for the host while virtual time races. What the host has to
do is asked for by a line of its own; the guest sees it happen.
"""

from __future__ import annotations

import base64
import errno
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virtual_pi.midi_cases import answers, named_answers, several
from virtual_pi.parts import Cable, Follower, Glass, lamp_duty, press, pull_glass_cable
from virtual_pi.telling import tell
from virtual_pi.unit import NeverError, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BPM = "113.7"
LAST_BAR = 4
LONG_S = 180.0
CLOCK_S = 30.0
STALLS = 6
STALL_S = 0.15
_SONG = f'title = "Under Test"\ntempo = {BPM}\nmeter = "4/4"\ncount_in = 1\n'
_CARDS = Path("/proc/asound/cards")
_BUS = "/dev/usbmon1"
_INTERFACE = "USB-Audio"
# Its driver stays loaded: loading it would keep everybody from the one slow processor.
_OTHER_CARD = Path("/sys/bus/platform/drivers/snd_aloop")
_PAUSE_S = 4.0
_OPENING = "It is being opened."
_CARD_DEADLINE_S = 20.0
_PLUGGINGS = 4


class Bus:
    """Notes what goes over the USB bus, in a file in memory, while it is entered."""

    def __init__(self, name: str) -> None:
        self.path = f"/dev/shm/{name}.usbmon"  # noqa: S108 - the guest is ours
        self._noting: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> str:
        subprocess.run(["/usr/sbin/modprobe", "usbmon"], check=True)
        with Path(self.path).open("wb") as file:
            self._noting = subprocess.Popen(["/usr/bin/cat", _BUS], stdout=file)
        return self.path

    def __exit__(self, *_: object) -> None:
        if self._noting is not None:
            self._noting.terminate()
            self._noting.wait()


class Bench:
    """The box and the far ends of its wires."""

    def __init__(self, block_frames: int, latency_ms: int) -> None:
        self.card, names = _virtual_midi()
        self.named = names[1]
        self._block = f"block_frames = {block_frames}\nlatency_ms = {latency_ms}\n"
        self.glass = Glass()
        self.unit = self.fresh_unit()

    def fresh_unit(
        self,
        port: str = "",
        clock_port: str = "",
        device: str = "USB Audio",
        midi: str = "",
        profile: str = "",
    ) -> Unit:
        """Return a box that is not running, which sends to `port`, or has a port of its own.

        Where `clock_port` is named it sends a MIDI clock there. It plays on `device`, or the default.
        `midi` are more lines of that table, and `profile` is the DAW's.
        """
        settings = f'[audio]\ndevice = "{device}"\n{self._block}[midi]\nport = "{port}"\n'
        if clock_port:
            settings += f'clock = "bar_1"\nclock_port = "{clock_port}"\n'
        settings += midi
        if profile:
            settings += f'[daw]\nprofile = "{profile}"\n'
        return Unit(settings, _SONG)

    def cable(self, number: int) -> Cable:
        """Return the far end of a virtual MIDI port."""
        return Cable(f"/dev/snd/midiC{self.card}D{number}")

    def connect(self) -> Cable:
        """Have a DAW connect itself to the box's own port; return the far end of its cable."""
        address = f"{_client_of(self.named)}:0"
        subprocess.run(["/usr/bin/aconnect", "Countoff:0", address], check=True)
        return self.cable(_device_of(self.named))

    def start(self) -> float:
        """Start the box and wait until its own wires have spoken."""
        took_s = self.unit.start()
        self.unit.wait_until(
            lambda status: (
                all(status["parts"][part]["state"] == "ok" for part in ("screen", "tally"))
                and status["parts"]["daw"]["sentence"] != _OPENING
            ),
            "screen, tally and DAW have spoken",
        )
        return took_s

    def take(self, during: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Play a take to the end of its fourth bar, `during` it what is asked."""
        pressed_ns = press("roll")
        self.unit.wait_for_phase("rolling")
        seen = during()
        self.unit.wait_until(
            lambda status: (status["bar"], status["beat"]) >= (LAST_BAR, 1), "the last bar"
        )
        return seen | self.end(pressed_ns)

    def end(self, pressed_ns: int, step: Callable[[float], object] | None = None) -> dict[str, Any]:
        """End the running take at its bar, by a `step` on ROLL; return what the log says of it."""
        step = step or partial(press, "roll")
        step(0.75)
        self.unit.wait_for_phase("ring_out")
        time.sleep(1.0)
        step(0.1)
        self.unit.wait_for_phase("idle")
        self.unit.wait_until(
            lambda status: status["log"]["saved"] == status["log"]["submitted"], "all is saved"
        )
        time.sleep(_PAUSE_S)
        return {"pressed_ns": pressed_ns, "take": self.unit.last_take()}


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
    _tell_take("take to its own port", bench, bench.connect())


def take_to_named_port(bench: Bench) -> None:
    """Play one to a port that the configuration names by a part of its name."""
    bench.unit.stop()
    bench.unit = bench.fresh_unit(bench.named)
    cable = bench.cable(_device_of(bench.named))
    bench.start()
    _tell_take("take to a named port", bench, cable)


def _tell_take(case: str, bench: Bench, cable: Cable) -> None:
    def during() -> dict[str, Any]:
        bench.unit.wait_for_bar(2)
        # One whole period of the light.
        duty = lamp_duty(2.0)
        bench.unit.wait_until(
            lambda status: bench.glass.shows(base64.b64decode(status["screen"])),
            "the screen shows the bar",
        )
        return {"lamp_duty": duty, "glass": bench.glass.text()}

    seen = bench.take(during)
    tell(case=case, midi=cable.arrived, idle_lamp_duty=lamp_duty(0.3), **seen)


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


def dark_screen(bench: Bench) -> None:
    """Pull the screen's cable during a take, and push it in again."""

    def during() -> dict[str, Any]:
        pull_glass_cable(is_out=True)
        out = _part_when(bench, "screen", "fault")
        bench.unit.wait_for_bar(3)
        pull_glass_cable(is_out=False)
        back = _part_when(bench, "screen", "ok")
        bench.unit.wait_until(
            lambda status: bench.glass.shows(base64.b64decode(status["screen"])),
            "the screen shows the bar again",
        )
        return {"out": out, "back": back}

    tell(case="dark screen", **bench.take(during))


def unplugged(bench: Bench) -> None:
    """Have the interface pulled during a take, and plugged in again."""
    _unplug_in_a_take("unplugged", bench, lambda: None)


def another_default(bench: Bench) -> None:
    """Do the same with no device configured, and have another card be the default meanwhile."""
    bench.unit.stop()
    (_OTHER_CARD / "unbind").write_text("snd_aloop.0")
    bench.unit = bench.fresh_unit(device="")
    bench.start()

    def bring_another() -> None:
        (_OTHER_CARD / "bind").write_text("snd_aloop.0")

    _unplug_in_a_take("another default", bench, bring_another)


def _unplug_in_a_take(case: str, bench: Bench, while_away: Callable[[], None]) -> None:
    with Bus("unplugged") as noted:
        pressed_ns = press("roll")
        bench.unit.wait_for_bar(3)
        with _kept_awake():
            tell(please="unplug")
            if not _card_is(there=False):
                raise NeverError("The interface was not pulled.")
            pulled_ns = time.monotonic_ns()
            fault = _audio_when(bench, "fault", "the fault is shown")
            noticed_ns = time.monotonic_ns()
            bench.unit.wait_until(
                lambda status: (
                    _audio(status) == "fault"
                    and status["parts"]["audio"]["sentence"] != fault["parts"]["audio"]["sentence"]
                ),
                "a virtual output sits in",
            )
            stood_in_ns = time.monotonic_ns()
            bar_before = bench.unit.status()["bar"]
            while_away()
            time.sleep(5.0)
            without = bench.unit.status()
            accepts_ns = _plug_in()
        bench.unit.wait_until(
            lambda status: status["has_sound"] and _audio(status) == "ok", "the interface is back"
        )
        back_ns = time.monotonic_ns()
        time.sleep(10.0)
        seen = bench.end(pressed_ns)
    tell(
        case=case,
        bus=noted,
        noticed_s=(noticed_ns - pulled_ns) / 1e9,
        stood_in_s=(stood_in_ns - pulled_ns) / 1e9,
        back_s=(back_ns - accepts_ns) / 1e9,
        accepts_ns=accepts_ns,
        sentence=fault["parts"]["audio"]["sentence"],
        stand_in=without["parts"]["audio"],
        went_on=without["phase"] == "rolling" and without["bar"] > bar_before,
        tally=without["tally"]["light"],
        **seen,
    )


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
        with _kept_awake():
            sys.stdin.readline()
    bench.unit.stop()


def _part_when(bench: Bench, part: str, state: str) -> str:
    status = bench.unit.wait_until(
        lambda status: status["parts"][part]["state"] == state, f"{part} is {state}"
    )
    return str(status["parts"][part]["sentence"])


def _audio(status: dict[str, Any]) -> str:
    return str(status["parts"]["audio"]["state"])


def _audio_when(bench: Bench, state: str, what: str) -> dict[str, Any]:
    return bench.unit.wait_until(lambda status: _audio(status) == state, what)


@contextmanager
def _kept_awake() -> Iterator[None]:
    """Keep the guest busy, below everything else: asleep, virtual time would race past the host."""
    spinning = subprocess.Popen(
        ["/usr/bin/chrt", "-i", "0", sys.executable, "-c", "while True: pass"]
    )
    try:
        yield
    finally:
        spinning.kill()
        spinning.wait()


def _card_is(*, there: bool) -> bool:
    until_s = time.monotonic() + _CARD_DEADLINE_S
    while (_INTERFACE in _CARDS.read_text()) is not there:
        if time.monotonic() > until_s:
            return False
        time.sleep(0.01)
    return True


def _plug_in() -> int:
    """Have the interface plugged in; return when it accepted a client first, in ns.

    Again and again until the kernel has found it: it may be too slow for that.
    """
    for _ in range(_PLUGGINGS):
        tell(please="plug")
        if _card_is(there=True):
            return _when_it_accepts_ns()
        tell(please="unplug")
        time.sleep(1.0)
    raise NeverError("The kernel never found the interface that was plugged in.")


def _when_it_accepts_ns() -> int:
    """Try to open the interface until that is not refused; return when that was."""
    found = re.search(rf"(\d+) \[.*{_INTERFACE}", _CARDS.read_text())
    if found is None:
        raise NeverError("The interface was there for a moment only.")
    until_s = time.monotonic() + _CARD_DEADLINE_S
    while time.monotonic() < until_s:
        now_ns = time.monotonic_ns()
        try:
            os.close(os.open(f"/dev/snd/pcmC{found[1]}D0p", os.O_WRONLY | os.O_NONBLOCK))
        except OSError as error:
            # Where the box was faster, the interface is busy.
            if error.errno in (errno.EBUSY, errno.EAGAIN):
                return now_ns
            time.sleep(0.001)
        else:
            return now_ns
    raise NeverError("The interface that was plugged in accepts nobody.")


def _virtual_midi() -> tuple[int, list[str]]:
    """Return the card of the virtual MIDI ports, and their names without numbers."""
    found = re.search(r"(\d+) \[VirMIDI", _CARDS.read_text())
    if found is None:
        raise NeverError("There is no virtual MIDI card.")
    listed = subprocess.run(
        ["/usr/bin/aconnect", "-o"], check=True, capture_output=True, text=True
    ).stdout
    return int(found[1]), re.findall(r"'(VirMIDI \d+-\d+) *'", listed)


def _client_of(name: str) -> int:
    listed = subprocess.run(
        ["/usr/bin/aconnect", "-o"], check=True, capture_output=True, text=True
    ).stdout
    client = -1
    for line in listed.splitlines():
        if found := re.match(r"client (\d+):", line):
            client = int(found[1])
        if name in line and "'" in line and not line.startswith("client"):
            return client
    raise NeverError(f"There is no port {name}.")


def _device_of(name: str) -> int:
    return int(name.rsplit("-", 1)[1])


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
