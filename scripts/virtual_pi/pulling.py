"""Cables that are pulled in a take and pushed in again: the screen's, and the audio interface's.

Runs in the guest.
"""

from __future__ import annotations

import base64
import errno
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virtual_pi.bench import CARDS
from virtual_pi.parts import press, pull_glass_cable
from virtual_pi.telling import tell
from virtual_pi.unit import NeverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from virtual_pi.bench import Wires

_BUS = "/dev/usbmon1"
_INTERFACE = "USB-Audio"
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


def dark_screen(bench: Wires) -> None:
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


def unplug_in_a_take(case: str, bench: Wires, while_away: Callable[[], None]) -> None:
    """Have the interface pulled in a take, and plugged in again; `while_away` is called meanwhile."""
    with Bus("unplugged") as noted:
        pressed_ns = press("roll")
        bench.unit.wait_for_bar(3)
        with kept_awake():
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


def _part_when(bench: Wires, part: str, state: str) -> str:
    status = bench.unit.wait_until(
        lambda status: status["parts"][part]["state"] == state, f"{part} is {state}"
    )
    return str(status["parts"][part]["sentence"])


def _audio(status: dict[str, Any]) -> str:
    return str(status["parts"]["audio"]["state"])


def _audio_when(bench: Wires, state: str, what: str) -> dict[str, Any]:
    return bench.unit.wait_until(lambda status: _audio(status) == state, what)


@contextmanager
def kept_awake() -> Iterator[None]:
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
    while (_INTERFACE in CARDS.read_text()) is not there:
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
    found = re.search(rf"(\d+) \[.*{_INTERFACE}", CARDS.read_text())
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
