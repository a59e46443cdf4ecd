"""Is the machine cool, and its supply strong enough? `judge` is pure; `look` reads small files.

Bits of the firmware's word: 0 under-voltage, 1 frequency capped, 2 throttled, 3 soft temperature
limit, each now; 16 to 19 the same, at some time since power came on.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from countoff.core.finding import Finding
from countoff.line_check.seen import PowerSeen

NAME = "power, heat"
_UNDER_VOLTAGE: Final = 1 << 0
_SLOWED: Final = 1 << 1 | 1 << 2 | 1 << 3
_SINCE_START: Final = 16
# The board slows itself down at 80, or 85.
_HOT_C: Final = 80.0
_WARM_C: Final = 70.0
_ASK_FIRMWARE: Final = "usr/bin/vcgencmd"
_OLD_WORD: Final = "sys/devices/platform/soc/soc:firmware/get_throttled"
_FIRMWARE_DEADLINE_S: Final = 2.0


def judge(seen: PowerSeen) -> Finding:
    """Return what is to be said of heat and supply."""
    word = seen.throttled or 0
    heat = "" if seen.celsius is None else f"{seen.celsius:.0f} °C"
    supply = "Use the supply made for this board, and a short, thick cable."
    cooling = "Give the case air: it slows itself down at 80 °C."
    if word & _UNDER_VOLTAGE or seen.has_low_voltage_alarm:
        return Finding.fault(NAME, "The supply is too weak now: under-voltage.", supply)
    if seen.celsius is not None and seen.celsius >= _HOT_C:
        return Finding.fault(NAME, f"It is too hot: {heat}.", cooling)
    if word & _SLOWED:
        return Finding.fault(NAME, f"The processor is being slowed down now; {heat}.", cooling)
    if word >> _SINCE_START & _UNDER_VOLTAGE:
        return Finding.doubt(NAME, "There was under-voltage since power came on.", supply)
    if word >> _SINCE_START & _SLOWED:
        return Finding.doubt(NAME, f"It was slowed down since power came on; now {heat}.", cooling)
    if seen.celsius is not None and seen.celsius >= _WARM_C:
        return Finding.doubt(NAME, f"It is warm: {heat}.", cooling)
    knows_supply = seen.throttled is not None or seen.has_low_voltage_alarm is not None
    voltage = "no under-voltage" if knows_supply else "nothing tells of its supply"
    return Finding.well(NAME, f"{heat or 'Nothing tells its heat'}; {voltage}.")


def look(root: Path = Path("/")) -> PowerSeen:
    """Read what this machine says. `root` is where its files are. May wait two seconds for a Pi."""
    heats = [
        int(text) / 1000
        for zone in sorted(root.glob("sys/class/thermal/thermal_zone*"))
        if _is_processor(_read(zone / "type")) and (text := _read(zone / "temp")).isdigit()
    ]
    alarms = [
        _read(sensor.parent / "in0_lcrit_alarm")
        for sensor in sorted(root.glob("sys/class/hwmon/hwmon*/name"))
        if _read(sensor) == "rpi_volt"
    ]
    alarm = next((each == "1" for each in alarms if each), None)
    word = _throttled(root, is_alarm_known=alarm is not None)
    return PowerSeen(max(heats, default=None), word, alarm)


def _is_processor(kind: str) -> bool:
    return "cpu" in kind or "soc" in kind or kind == "x86_pkg_temp"


def _throttled(root: Path, *, is_alarm_known: bool) -> int | None:
    """Ask the firmware by its own program, which not everybody may; else read the old file.

    Reading that leaves a warning in the kernel's log (and 6.12 has it no more): the sensor is better.
    """
    word = _asked(root / _ASK_FIRMWARE)
    return word if word is not None or is_alarm_known else _hexadecimal(_read(root / _OLD_WORD))


def _asked(program: Path) -> int | None:
    if not program.exists():
        return None
    try:
        asked = subprocess.run(
            [program, "get_throttled"],
            capture_output=True,
            timeout=_FIRMWARE_DEADLINE_S,
            check=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _hexadecimal(asked.stdout.partition("=")[2])


def _hexadecimal(text: str) -> int | None:
    try:
        return int(text.strip(), 16)
    except ValueError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
