"""`countoff devices`: what audio outputs and MIDI ports this machine has, by the names to configure.

Asks each library in a process of its own, since a library that hangs must not hang the command.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_DEADLINE_S = 10
_NOTHING_FOUND = 1

_AUDIO = """
import json, sounddevice
hosts = sounddevice.query_hostapis()
print(json.dumps([
    {"name": d["name"], "host": hosts[d["hostapi"]]["name"], "channels": d["max_output_channels"],
     "rate_hz": int(d["default_samplerate"])}
    for d in sounddevice.query_devices() if d["max_output_channels"]
]))
"""
_ALSA_MIDI = """
import json, os, rtmidi
ports = []
if os.path.exists("/dev/snd/seq"):
    ports = rtmidi.MidiOut(rtapi=rtmidi.API_LINUX_ALSA).get_ports()
print(json.dumps([{"name": name, "host": "ALSA"} for name in ports]))
"""
_JACK_MIDI = """
import json, jack
try:
    client = jack.Client("Countoff devices", no_start_server=True)
    ports = [port.name for port in client.get_ports(is_midi=True, is_input=True)]
except jack.JackError:
    ports = []
print(json.dumps([{"name": name, "host": "JACK"} for name in ports]))
"""


def add_devices_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add `devices` to a command line's parsers."""
    devices = commands.add_parser("devices", help="list audio outputs and MIDI ports by name")
    devices.add_argument("--json", action="store_true", help="print JSON instead of tables")
    devices.set_defaults(run=_devices)


def _devices(arguments: argparse.Namespace) -> int:
    from countoff.player.sockets import socket_of, sockets  # noqa: PLC0415

    audio, alsa, jack = _ask(_AUDIO), _ask(_ALSA_MIDI), _ask(_JACK_MIDI)
    midi = alsa + jack
    plugged_in = sockets()
    for device in audio:
        device["socket"] = socket_of(str(device["name"]), plugged_in)
    if arguments.json:
        print(json.dumps({"audio": audio, "midi": midi}, indent=2))
    else:
        _print_tables(audio, midi)
    return 0 if audio or midi else _NOTHING_FOUND


def _ask(program: str) -> list[dict[str, object]]:
    try:
        answer = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            timeout=_DEADLINE_S,
            check=True,
            text=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        print(f"A device library does not answer: {error}.", file=sys.stderr)
        return []
    found: list[dict[str, object]] = json.loads(answer.stdout.splitlines()[-1])
    return found


def _print_tables(audio: list[dict[str, object]], midi: list[dict[str, object]]) -> None:
    from rich import box  # noqa: PLC0415 (only where it is printed)
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    has_sockets = any(device["socket"] for device in audio)
    socket = ("socket",) if has_sockets else ()
    outputs = Table("Audio output", *socket, "through", "channels", "rate", box=box.SIMPLE_HEAD)
    for device in audio:
        outputs.add_row(
            str(device["name"]),
            *((str(device["socket"]),) if has_sockets else ()),
            str(device["host"]),
            str(device["channels"]),
            f"{device['rate_hz']} Hz",
        )
    console.print(outputs if audio else "No audio output: the virtual one will be used.")
    ports = Table("MIDI port", "through", box=box.SIMPLE_HEAD)
    for port in midi:
        ports.add_row(str(port["name"]), str(port["host"]))
    console.print(ports if midi else "No MIDI port; with ALSA or JACK, Countoff makes one.")
    console.print(
        'Configure them by a part of the name: audio.device = "…", midi.port = "…".', style="dim"
    )
    if has_sockets:
        console.print(
            "Of two interfaces with one name, by the socket: it stays that of the interface in it.",
            style="dim",
        )
