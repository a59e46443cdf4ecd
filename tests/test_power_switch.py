from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import PowerOff
from countoff.core.events import PowerOffRefused
from countoff.power_switch import PowerSwitch

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.events import Event

DEADLINE_S = 20


class Around:
    """What is around a switch: the rules that hear of a refusal, and the journal."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.posted: list[Event] = []
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        PowerSwitch(self.posted.append, self.said.put, environ).press(PowerOff(1))

    @property
    def refused_with(self) -> str:
        """The words for the screen."""
        (refusal,) = self.posted
        assert isinstance(refusal, PowerOffRefused)
        return refusal.words


def test_as_the_service_it_leaves_the_file_that_systemd_waits_for(tmp_path: Path) -> None:
    """Nothing is refused, and the file is where the path unit looks: in the runtime folder."""
    around = Around({"RUNTIME_DIRECTORY": str(tmp_path), "NOTIFY_SOCKET": "/run/systemd/notify"})
    assert (tmp_path / "power-off").exists()
    assert around.posted == []


@pytest.mark.parametrize("missing", ["RUNTIME_DIRECTORY", "NOTIFY_SOCKET"])
def test_outside_the_service_the_machine_stays_on(tmp_path: Path, missing: str) -> None:
    """A laptop is never switched off, and no file is left: screen and journal say why."""
    environ = {"RUNTIME_DIRECTORY": str(tmp_path), "NOTIFY_SOCKET": "/run/systemd/notify"}
    around = Around({name: value for name, value in environ.items() if name != missing})
    assert around.refused_with == "NOT A SERVICE: STAYS ON"
    assert "does not run as the service" in around.said.get(timeout=DEADLINE_S)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_has_gone_is_said(tmp_path: Path) -> None:
    """Where the file cannot be made the box says so, and goes on."""
    away = tmp_path / "away"
    around = Around({"RUNTIME_DIRECTORY": str(away), "NOTIFY_SOCKET": "/run/systemd/notify"})
    assert around.refused_with == "CANNOT SWITCH OFF"
    assert str(away) in around.said.get(timeout=DEADLINE_S)
