"""`countoff measure`: the instruments that ship with the box. Each has a file of its own.

Nothing here runs in the daemon. Exit codes: 0 measured and as it should be, 1 measured and not, 2
wrong use, 3 nothing could be measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.measure.boot_command import add_boot_command
from countoff.measure.click_command import add_click_command
from countoff.measure.latency_command import add_latency_command
from countoff.measure.midi_command import add_midi_command
from countoff.measure.press_command import add_press_command

if TYPE_CHECKING:
    import argparse


def add_measure_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `measure` and what can be measured."""
    measure = subparsers.add_parser("measure", help="measure the click, the clock, the way there")
    wanted = measure.add_subparsers(
        dest="measure_command", required=True, metavar="click|midi|latency|press|boot"
    )
    add_click_command(wanted)
    add_midi_command(wanted)
    add_latency_command(wanted)
    add_press_command(wanted)
    add_boot_command(wanted)
