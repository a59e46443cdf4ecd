"""The program whose start is measured: the daemon, with pins and a screen that end in the air.

    started_box.py --config FILE run

Its arguments are those of `countoff`. Pins are gpiozero's mock pins. The screen goes through the whole
of luma.oled, and its bus takes as long over each byte as I2C at 400 kHz does.
"""

from __future__ import annotations

import os
import sys
import time
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "firmware"))

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_PART = "countoff.devices.oled.part"
# Nine clocks a byte, and two bytes before each message: the address, and what kind it is.
_S_PER_BYTE = 9 / 400_000
_HEAD_BYTES = 2


class _PretendedBus:
    """Takes its time over whatever it is sent."""

    def command(self, *command: int) -> None:
        time.sleep((_HEAD_BYTES + len(command)) * _S_PER_BYTE)

    def data(self, data: list[int]) -> None:
        time.sleep((_HEAD_BYTES + len(data)) * _S_PER_BYTE)


class _GlassInTheAir(MetaPathFinder):
    """Puts the pretended bus in place as the daemon loads its screen, and loads nothing earlier."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _PART:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_put(module: ModuleType) -> None:
                execute(module)
                vars(module)["open_luma"] = _open

            vars(spec.loader)["exec_module"] = execute_and_put
        return spec


def _open(wiring: Any) -> Any:  # noqa: ANN401 (its types are not to be loaded yet)
    from countoff.devices.oled.luma_glass import LumaGlass  # noqa: PLC0415

    return LumaGlass(wiring.driver, wiring.rotate, _PretendedBus(), lambda: None)


if __name__ == "__main__":
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    os.environ["GPIOZERO_MOCK_PIN_CLASS"] = "mockpwmpin"
    sys.meta_path.insert(0, _GlassInTheAir())
    from countoff.cli import main

    sys.exit(main())
