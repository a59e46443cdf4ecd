"""Loads lgpio, at the start, and is the one place that opens the chip that the header's pins are on.

lgpio hears of edges through a named pipe. It makes that in the folder that LG_WD names, or else in
the working folder, where a service cannot write, and it moves the whole process there. Nothing of
that is left after loading.

The header's chip is number 0 on some kernels of a Pi 5 and 4 on others, and gpiozero goes by number:
4 where there is one, which may be another chip. Its label is the same everywhere. A chip that cannot
be asked yet, early in a boot, may be the header's: then none is opened, and it is tried again.
"""

from __future__ import annotations

import importlib
import os
import threading
from pathlib import Path
from typing import Any

_PIPE_FOLDER = "LG_WD"
_PIPES = ".lgd-nfy*"
_DEVICES = Path("/dev")
_CHIP = "gpiochip"
# As every driver of a Pi's header calls its chip: pinctrl-rp1 (Pi 5), pinctrl-bcm2711 (Pi 4),
# pinctrl-bcm2835 (before). A Pi's other chips are for power, network and such.
_HEADER_LABEL = "pinctrl-"
# Lamp and pedals are opened on two threads; each would open a chip of its own.
_opening = threading.Lock()


def load_lgpio(folder: Path) -> None:
    """Load lgpio with its pipe in `folder`, which is this program's own and can be written.

    Call it once, before a thread uses a pin or a relative path. Raises what loading it raises.
    """
    os.environ[_PIPE_FOLDER] = str(folder.absolute())
    before = os.open(".", os.O_PATH)
    try:
        importlib.import_module("lgpio")
    finally:
        os.fchdir(before)
        os.close(before)
        # Both its ends are open by now; a name is left over also by a daemon that was killed.
        for pipe in folder.glob(_PIPES):
            pipe.unlink(missing_ok=True)


def header_chip(lgpio: Any, devices: Path) -> int | None:  # noqa: ANN401 (untyped)
    """Return the number of the chip that the header's pins are on; None where no label says it.

    Opens each chip that this program may open, and closes it again.
    """
    labels = _labels(lgpio, devices)
    return next(
        (number for number, label in labels.items() if label and label.startswith(_HEADER_LABEL)),
        None,
    )


def open_header_chip() -> None:
    """Have gpiozero use the header's chip; where no chip has its label, gpiozero's own choice.

    Does nothing where a chip is used already. Call after `load_lgpio`; any thread, whose priority
    the library's threads take. Raises RuntimeError while a chip that may be the header's is closed
    to this program, and what opening the chip raises.
    """
    from gpiozero import Device  # noqa: PLC0415 (slow, and only where there are pins)

    with _opening:
        use_header_chip()
        if Device.pin_factory is not None:
            return
        labels = _labels(importlib.import_module("lgpio"), _DEVICES)
        closed = [f"{_DEVICES / _CHIP}{number}" for number, label in labels.items() if not label]
        if closed:
            raise RuntimeError(
                f"{' and '.join(closed)} cannot be opened, and the header may be there; whoever runs "
                "this must be in the group of that file"
            )
        Device.ensure_pin_factory()


def use_header_chip() -> None:
    """Have gpiozero use the header's chip, whatever its number; where none is found, its own choice.

    Does nothing where a chip is used already. Call after `load_lgpio` and before a thread uses a pin,
    or when using one has failed. Raises what opening the chip raises.
    """
    from gpiozero import Device  # noqa: PLC0415 (slow, and only where there are pins)

    lgpio = importlib.import_module("lgpio")
    if Device.pin_factory is not None or (number := header_chip(lgpio, _DEVICES)) is None:
        return
    from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415

    Device.pin_factory = LGPIOFactory(chip=number)


def _labels(lgpio: Any, devices: Path) -> dict[int, str | None]:  # noqa: ANN401 (untyped)
    """Return the label of each chip, by its number; None where it may not be opened, or has gone."""
    names = (device.name.removeprefix(_CHIP) for device in devices.glob(f"{_CHIP}*"))
    labels: dict[int, str | None] = {}
    for number in sorted(int(name) for name in names if name.isdecimal()):
        try:
            labels[number] = _label(lgpio, number)
        except lgpio.error:
            labels[number] = None
    return labels


def _label(lgpio: Any, number: int) -> str:  # noqa: ANN401 (untyped)
    handle = lgpio.gpiochip_open(number)
    try:
        label: str = lgpio.gpio_get_chip_info(handle)[3]
        return label
    finally:
        lgpio.gpiochip_close(handle)
