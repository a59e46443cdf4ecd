"""The design that the box does not have: the same callback in one process with a busy thread.

It plays a click as long as standard input is open, and answers each line with what it has counted.
The callback gets the same priority as the player's, and the interpreter the controller's settings.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "firmware"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from countoff.core.mixer import Program
from countoff.core.voices import voice_bank
from countoff.player.callback import ClickCallback
from countoff.player.counters import CELLS, counts
from countoff.player.link import PlayerSettings
from countoff.player.orders import Orders
from countoff.player.outputs import OutputChoice, PortAudioOutput
from countoff.processes.realtime import (
    CALLBACK_PRIORITY,
    CONTROLLER_NICE,
    go_before_others,
    set_fifo,
)
from measuring.load import start_busy_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CLICKS_PER_SECOND = 4
_LONGEST_S = 3600
_SWITCH_INTERVAL_S = 0.0001


def main() -> None:
    """Play until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--busy", action="store_true", help="with a busy thread in the process")
    asked = parser.parse_args()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    go_before_others(CONTROLLER_NICE)
    usual = PlayerSettings()
    choice = OutputChoice("", usual.channels, usual.rate_hz, usual.block_frames, usual.latency_ms)
    cells = np.zeros(CELLS, dtype=np.int64)
    output = PortAudioOutput(choice, lambda: None, lambda: None)
    bank = voice_bank(output.rate_hz)
    callback = ClickCallback(
        cells=cells,
        bank=bank,
        clock=output.clock,
        rate_hz=output.rate_hz,
        nominal_latency_ns=output.nominal_latency_ns,
    )
    step_frames = output.rate_hz // _CLICKS_PER_SECOND
    frames = np.arange(_LONGEST_S * _CLICKS_PER_SECOND, dtype=np.int64) * step_frames
    gains = np.ones((len(bank), output.channels), dtype=np.float32)
    callback.orders = Orders(
        Program(frames, np.zeros_like(frames), np.ones(len(frames), np.float32), gains)
    )
    lifted = threading.Event()

    def render(out: NDArray[np.float32], current_s: float, dac_s: float) -> None:
        if not lifted.is_set():
            lifted.set()
            set_fifo(CALLBACK_PRIORITY)
        callback.render(out, current_s, dac_s)

    output.start(render)
    if asked.busy:
        start_busy_thread()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps({"player": counts(cells)}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
