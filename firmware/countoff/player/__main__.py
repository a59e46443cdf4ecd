"""The player's program: opens the output, then turns messages into orders until it is told to end.

Two threads: the output's own, which calls `ClickCallback.render`, and this one, which builds orders
and hands each over by one assignment. When the controller goes away the click fades and the
process ends; nobody else is told anything.
"""

from __future__ import annotations

import json
import os
import select
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from countoff.core.mixer import Program
from countoff.player import orders as order
from countoff.player.callback import FADE_MS, ClickCallback
from countoff.player.click_table import table_from
from countoff.player.counters import Cell
from countoff.player.finding import DeviceName, OutputMissingError
from countoff.player.heard_ring import HeardRing
from countoff.player.library import load_library
from countoff.player.outputs import Output, OutputChoice, PortAudioOutput
from countoff.player.stream_clock import ServerClock
from countoff.player.user_sounds import user_bank
from countoff.player.virtual_output import VirtualOutput
from countoff.processes import child, wire
from countoff.processes.realtime import (
    CALLBACK_PRIORITY,
    COMMAND_PRIORITY,
    become_real_time,
    die_with_parent,
    lock_memory,
    quiet_collector,
    set_fifo,
)

if TYPE_CHECKING:
    import socket

    from numpy.typing import NDArray

    from countoff.player.user_sounds import Bank
    from countoff.processes.child import Counters

# After the controller has gone, the fade gets this long to reach the converter.
_LAST_FADE_S = 0.1


def main() -> None:
    """Run until the controller closes its end. Started by `player.link` only."""
    settings = json.loads(sys.argv[1])
    end, cells = child.attach(settings)

    @cache
    def bank_at(rate_hz: int) -> Bank:
        return user_bank(rate_hz, settings["sounds"])

    if settings["waits"]:
        # Each of these takes longer than to open a device, and is quick the second time.
        load_library()
        bank_at(settings["rate_hz"])
        quiet_collector()
        lock_memory()
        _wait_for_word(end)
    try:
        output = _open(settings, cells)
    except OutputMissingError as error:
        _give_up(end, error)
    bank, sound_faults = bank_at(output.rate_hz)
    callback = ClickCallback(
        cells=cells,
        bank=bank,
        clock=output.clock,
        rate_hz=output.rate_hz,
        nominal_latency_ns=output.nominal_latency_ns,
        measured_latency_ns=settings["output_latency_ns"],
    )
    gains = np.asarray(settings["gains"], dtype=np.float32)
    callback.orders = order.Orders(program=Program(gains=gains))
    quiet_collector()
    # Not before: opening is long work, done again and again while a device is away, and must not
    # keep the sender or the controller from the processor in the middle of a take.
    granted = become_real_time(COMMAND_PRIORITY)
    cells[Cell.MEMORY_LOCKED] = int(granted.memory_locked)
    try:
        output.start(_RenderAbove(callback, cells))
    except OutputMissingError as error:
        _give_up(end, error)
    if isinstance(output, PortAudioOutput) and output.loopback_fault:
        sound_faults = (*sound_faults, output.loopback_fault)
    # Off the leash: from here on the click fades first.
    die_with_parent(0)
    device = output.device if isinstance(output, PortAudioOutput) else None
    opened = {
        "name": output.name,
        "rate_hz": output.rate_hz,
        "channels": output.channels,
        "is_virtual": isinstance(output, VirtualOutput),
        "memory_locked": granted.memory_locked,
        "versions": output.versions,
        "counts_server_frames": isinstance(output.clock, ServerClock),
        "sound_faults": sound_faults,
        "device": asdict(device) if device is not None else None,
    }
    try:
        wire.send(end, wire.Message("opened", opened))
        _obey(wire.Inbox(end), callback, cells, max(len(samples) for samples in bank))
    except wire.PeerGoneError:
        _fade_out(callback, cells)
    if isinstance(output, VirtualOutput):
        output.close()
    # Closing a real stream can hang for ever where its device has gone. Ending the process cannot.
    os._exit(0)


class _RenderAbove:
    """Renders, on a thread that it lifts above every other of the process at its first block.

    The thread is the API's own; what priority it was given there is its API's business.
    """

    def __init__(self, callback: ClickCallback, cells: Counters) -> None:
        self._callback = callback
        self._cells = cells
        self._is_above = False

    def __call__(self, out: NDArray[np.float32], current_s: float, dac_s: float) -> None:
        """Fill `out`. The output's thread only."""
        if not self._is_above:
            self._is_above = True
            self._cells[Cell.FIFO_GRANTED] = int(set_fifo(CALLBACK_PRIORITY))
        self._callback.render(out, current_s, dac_s)


def _wait_for_word(end: socket.socket) -> None:
    """Wait to be told to open the output; end where the controller goes. All is loaded by now."""
    inbox = wire.Inbox(end)
    try:
        # Nothing else is said to a player that has not opened yet.
        while not inbox.receive():
            select.select([inbox], [], [])
    except wire.PeerGoneError:
        os._exit(0)


def _give_up(end: socket.socket, error: OutputMissingError) -> NoReturn:
    """Say why there is no output, and end, without the good-byes that could hang."""
    with suppress(wire.PeerGoneError):
        wire.send(end, wire.Message("failed", {"sentence": str(error)}))
    os._exit(1)


def _open(settings: dict[str, Any], cells: Counters) -> Output:
    """Open what the settings ask for. Raises OutputMissingError."""
    choice = OutputChoice(
        device=settings["device"],
        channels=settings["channels"],
        rate_hz=settings["rate_hz"],
        block_frames=settings["block_frames"],
        latency_ms=settings["latency_ms"],
        loopback_input=settings["loopback_input"],
        before=DeviceName(**settings["before"]) if settings["before"] else None,
    )
    if settings["is_virtual"]:
        return VirtualOutput(choice, Path(settings["wav"]) if settings["wav"] else None)

    def count_xrun() -> None:
        cells[Cell.SERVER_XRUNS] += 1

    def count_underflow() -> None:
        cells[Cell.UNDERFLOW_FLAGS] += 1

    hear = HeardRing(cells).write if settings["loopback_input"] else None
    return PortAudioOutput(choice, count_xrun, count_underflow, hear)


def _obey(
    inbox: wire.Inbox, callback: ClickCallback, cells: Counters, longest_voice_frames: int
) -> None:
    """Turn messages into orders until the controller goes. Raises PeerGoneError then."""
    while True:
        select.select([inbox], [], [])
        for message in inbox.receive():
            next_frame = int(cells[Cell.NEXT_FRAME])
            values = message.values
            orders = callback.orders
            match message.kind:
                case "start" | "extend":
                    if message.kind == "start":
                        orders = order.stopped(orders, values["stop_serial"])
                    orders, missed = order.extended(
                        orders,
                        table_from(message.payload),
                        next_frame=next_frame,
                        keep_from_frame=next_frame - longest_voice_frames,
                    )
                    cells[Cell.MISSED_CLICKS] += missed
                case "stop":
                    orders = order.stopped(orders, values["stop_serial"])
                case "silence_from":
                    orders = order.silenced_from(orders, values["frame"])
                case "level":
                    orders = order.at_level(orders, values["gain"])
            callback.orders = orders


def _fade_out(callback: ClickCallback, cells: Counters) -> None:
    """Fade what sounds, and give the fade the time to be heard."""
    serial = int(cells[Cell.STOP_SERIAL]) + 1
    callback.orders = order.stopped(callback.orders, serial)
    deadline_s = time.monotonic() + _LAST_FADE_S
    while time.monotonic() < deadline_s and int(cells[Cell.STOP_SERIAL]) < serial:
        time.sleep(FADE_MS / 1000)
    time.sleep(max(0.0, deadline_s - time.monotonic()))


if __name__ == "__main__":
    main()
