"""The files in systemd/: what systemd says of them, and that they and the program mean the same."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from countoff.config.places import SERVICE_SOCKET
from countoff.power_switch import FILE_NAME
from countoff.processes import realtime

FOLDER = Path(__file__).parent.parent / "systemd"
UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.path")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
PROGRAM = "/opt/countoff/current/bin/countoff"
NEEDS_SYSTEMD = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze judges units; apt: systemd"
)
# What `systemd-analyze security` may find exposed, in tenths; systemd/README.md explains the rest.
MOST_EXPOSED = {"countoff.service": 22}
OTHERS_MOST_EXPOSED = 17


def settings(unit: Path) -> dict[str, list[str]]:
    """Return every value of every key, section by section in one."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a unit as it is but for the program, which is not installed here."""
    unit: Path = request.param
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    if unit.suffix == ".path":
        # It starts the service of its name.
        service = unit.with_suffix(".service")
        (tmp_path / service.name).write_text(service.read_text())
    return copy


@NEEDS_SYSTEMD
@pytest.mark.parametrize("copied", UNITS, ids=lambda unit: unit.name, indirect=True)
def test_systemd_has_nothing_to_say(copied: Path) -> None:
    """No key is unknown to it, no value is wrong, and no order goes round in a circle."""
    verified = subprocess.run(
        ["systemd-analyze", "verify", copied], capture_output=True, text=True, check=False
    )
    assert (verified.stdout + verified.stderr, verified.returncode) == ("", 0)


@NEEDS_SYSTEMD
@pytest.mark.parametrize("copied", SERVICES, ids=lambda unit: unit.name, indirect=True)
def test_no_unit_is_more_exposed_than_is_explained(copied: Path) -> None:
    """Something that is opened further is seen here, and explained or closed again."""
    most = MOST_EXPOSED.get(copied.name, OTHERS_MOST_EXPOSED)
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={most}", copied],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[-400:]


def test_the_service_grants_what_the_program_asks_for() -> None:
    """Real-time priorities and nice are those of the processes; memory may be locked."""
    granted = settings(FOLDER / "countoff.service")
    priorities = (
        realtime.CALLBACK_PRIORITY,
        realtime.SENDER_PRIORITY,
        realtime.PULSE_PRIORITY,
        realtime.COMMAND_PRIORITY,
        realtime.PRESS_PRIORITY,
    )
    assert int(granted["LimitRTPRIO"][0]) >= max(priorities)
    assert int(granted["LimitNICE"][0]) == realtime.CONTROLLER_NICE
    assert granted["LimitMEMLOCK"] == ["infinity"]
    assert granted["RestrictRealtime"] == ["no"]


def test_the_program_and_its_units_use_the_same_places() -> None:
    """The socket is where clients look, and the path unit looks where the daemon leaves its file."""
    service = settings(FOLDER / "countoff.service")
    assert f"/run/{service['RuntimeDirectory'][0]}" == str(SERVICE_SOCKET.parent)
    path = settings(FOLDER / "countoff-power-off.path")
    assert path["PathExists"] == [str(SERVICE_SOCKET.parent / FILE_NAME)]
    removed, powered_off = settings(FOLDER / "countoff-power-off.service")["ExecStart"]
    assert removed.endswith(f" {SERVICE_SOCKET.parent / FILE_NAME}")
    assert powered_off.endswith(" poweroff")


def test_the_box_waits_for_neither_network_nor_sound() -> None:
    """What it is ordered after is its data, and nothing requires anything."""
    service = settings(FOLDER / "countoff.service")
    assert service["After"] == ["var-lib-countoff.mount"]
    assert not service.keys() & {"Requires", "Wants", "BindsTo", "Requisite", "StateDirectory"}
    # Nor does it ever give up.
    assert (service["Restart"], service["StartLimitIntervalSec"]) == (["always"], ["0"])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_what_is_left_open_says_why(unit: Path) -> None:
    """Above each setting that switches a protection off there is a reason."""
    lines = unit.read_text().splitlines()
    for before, line in pairwise(lines):
        if line.endswith("=no"):
            assert before.startswith("# "), f"{unit.name}: {line} has no reason above it."


def test_halting_and_restarting_are_alike() -> None:
    """The two units differ in their words, and in what the machine does afterwards."""
    halted, restarting = (
        settings(FOLDER / f"countoff-{name}.service") for name in ("halted", "restarting")
    )
    differing = {key for key in halted if halted[key] != restarting[key]}
    assert differing == {"Description", "ExecStart", "RuntimeDirectory", "WantedBy"}
    assert restarting["ExecStart"] == [f"{halted['ExecStart'][0]} --restarting"]
    assert (halted["WantedBy"], restarting["WantedBy"]) == (
        ["poweroff.target halt.target"],
        ["reboot.target kexec.target"],
    )
