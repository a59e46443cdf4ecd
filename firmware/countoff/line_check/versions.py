"""Is a version in use that is known to be broken? `judge` is pure; `look` reads what is installed.

What is known, and from where:

- PortAudio before its newest sources can hang for ever when an interface is pulled (its issue 1037, seen
  with 19.6 and 19.7). The player is replaced then: that is survived, and said.
- gpiozero 2.0.1 takes chip 4 on a Pi 5, which newer kernels call 0, whatever it is told (its issues 1166
  and 1162); 2.0.1.post2 does as it is told. Version 1 knows no Pi 5.
- gpiozero 2 needs lgpio 0.2 (its issue 1115).
- RPi.GPIO does not run on a Pi 5, and luma takes it where it is installed (luma.core's issue 286);
  rpi-lgpio stands in for it.
"""

from __future__ import annotations

import os
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from countoff.core.finding import Finding
from countoff.line_check.seen import SoftwareSeen

NAME = "versions"
_MODEL: Final = Path("/proc/device-tree/model")
_PACKAGES: Final = ("gpiozero", "lgpio", "luma.oled", "luma.core", "RPi.GPIO", "python-rtmidi")
_PIN_FACTORY: Final = "GPIOZERO_PIN_FACTORY"
_HANGS_UNPLUGGED: Final = re.compile(r"V?19\.[67]\b")
_PI_5: Final = re.compile(r"Raspberry Pi (?:5|500|Compute Module 5)\b")
_KNOWS_PI_5: Final = (2, 0, 1)
# Which of its post-releases: the number behind `post`.
_FINDS_CHIP_0: Final = 2
_LGPIO_OF_GPIOZERO_2: Final = (0, 2)


def judge(seen: SoftwareSeen) -> Finding:
    """Return the worst that is known of what runs here."""
    is_pi = seen.model.startswith("Raspberry Pi")
    is_pi_5 = _PI_5.match(seen.model) is not None
    gpiozero = seen.versions.get("gpiozero", "")
    lgpio = seen.versions.get("lgpio", "")
    if is_pi_5 and gpiozero and _numbers(gpiozero) < _KNOWS_PI_5:
        return Finding.fault(
            NAME,
            f"gpiozero {gpiozero} does not find the pins of a Pi 5.",
            "Install it anew: scripts/install has a newer one.",
        )
    if gpiozero and lgpio and _numbers(lgpio) < _LGPIO_OF_GPIOZERO_2 <= _numbers(gpiozero):
        return Finding.fault(
            NAME,
            f"lgpio {lgpio} is too old for gpiozero {gpiozero}.",
            "Install it anew: scripts/install has a newer one.",
        )
    if is_pi_5 and "RPi.GPIO" in seen.versions:
        return Finding.fault(
            NAME,
            f"RPi.GPIO {seen.versions['RPi.GPIO']} is installed, which does not run on a Pi 5.",
            "Take it out, and put rpi-lgpio in its place.",
        )
    if is_pi and seen.pin_factory not in ("", "lgpio"):
        return Finding.doubt(
            NAME,
            f"{_PIN_FACTORY} is {seen.pin_factory}: edges are stamped late, or not at all.",
            f"Take {_PIN_FACTORY} out of the environment; lgpio is then used.",
        )
    if is_pi_5 and _numbers(gpiozero) == _KNOWS_PI_5 and _post(gpiozero) < _FINDS_CHIP_0:
        return Finding.doubt(
            NAME,
            f"gpiozero {gpiozero} looks for chip 4 alone; on newer kernels it is 0.",
            "Install it anew: scripts/install has a newer one.",
        )
    words = [f"{name} {seen.versions[name]}" for name in _PACKAGES if name in seen.versions]
    # Without the long number of its sources.
    port_audio = [seen.port_audio.partition(", revision")[0]] if seen.port_audio else []
    said = ", ".join(port_audio + words)
    if _HANGS_UNPLUGGED.search(seen.port_audio):
        said += ". This PortAudio hangs when its interface is pulled; the player is then replaced"
    return Finding.well(NAME, f"{said}.")


def look(player: str) -> SoftwareSeen:
    """Read which versions are installed; `player` is what plays, in its own words."""
    port_audio = player if "PortAudio" in player else ""
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    try:
        model = _MODEL.read_text(errors="replace").rstrip("\0")
    except OSError:
        model = ""
    return SoftwareSeen(model, versions, port_audio, os.environ.get(_PIN_FACTORY, ""))


def _numbers(text: str) -> tuple[int, ...]:
    """Return the first numbers of a version: 2.0.1.post3 is (2, 0, 1)."""
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[a-z]", text)[0])[:3])


def _post(text: str) -> int:
    found = re.search(r"post(\d+)", text)
    return int(found[1]) if found else 0
