"""The walls of the house: who may import whom. Read from the source; nothing is imported here."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = "countoff"
HOUSE = Path(__file__).parent.parent / "firmware" / PACKAGE

# May import `countoff.app`: what starts the program.
STARTERS = {"countoff.cli", "countoff.__main__"}

# What each part may import of the house; a part that is not named here may import all but the app.
MAY_IMPORT = {
    "core": ("countoff.core",),
    "midi": ("countoff.midi",),
    "player": (
        "countoff.player",
        "countoff.core.click",
        "countoff.core.mixer",
        "countoff.core.nearest",
        "countoff.core.plan",
        "countoff.core.tempo",
        "countoff.core.timebase",
        "countoff.core.voices",
        "countoff.realtime",
        "countoff.wire",
    ),
    "sender": ("countoff.sender", "countoff.midi", "countoff.realtime", "countoff.wire"),
}
# What the pure parts may import from outside; Pillow draws, so only the screen has it.
PURE = {"core": {"numpy"}, "midi": {"numpy"}}
PILLOW = "PIL"
PILLOW_USER = "countoff.core.screen"


def module_name(path: Path) -> str:
    """Return the dotted name of the module in `path`."""
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str, module: str, *, is_package: bool = False) -> set[str]:
    """Return the dotted names that `source` imports anywhere in it, also for type checks only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")
            if node.level:
                climbed = package if is_package else package[:-1]
                climbed = climbed[: len(climbed) - node.level + 1]
                base = ".".join([*climbed, *([node.module] if node.module else [])])
            else:
                base = node.module or ""
            # `from countoff import app` reaches a module as much as `import countoff.app`.
            names = {f"{base}.{name.name}" for name in node.names}
            found |= names if base == PACKAGE or not node.module else {base} | names
    return found


def is_within(name: str, folder: str) -> bool:
    """Tell whether module `name` is `folder` or lies in it."""
    return name == folder or name.startswith(f"{folder}.")


def breaches(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Return each import of `source` that goes through a wall, as a sentence."""
    return [
        f"{module} must not import {name}"
        for name in sorted(imports_of(source, module, is_package=is_package))
        if not _is_allowed(module, name)
    ]


def _is_allowed(module: str, name: str) -> bool:
    part = module.split(".")[1] if "." in module else ""
    if is_within(name, "countoff.app"):
        return module in STARTERS or is_within(module, "countoff.app")
    if is_within(name, PACKAGE):
        if part in MAY_IMPORT:
            return any(is_within(name, allowed) for allowed in MAY_IMPORT[part])
        return part != "devices" or _is_own_device(module, name)
    root = name.split(".", maxsplit=1)[0]
    if part in PURE and root not in sys.stdlib_module_names:
        return root in PURE[part] or (root == PILLOW and is_within(module, PILLOW_USER))
    return True


def _is_own_device(module: str, name: str) -> bool:
    """Devices do not import each other; a device in a folder may import what lies there."""
    if not name.startswith("countoff.devices."):
        return True
    own = ".".join(module.split(".")[:3])
    return is_within(name, own)


def test_nothing_goes_through_a_wall() -> None:
    """No module of the house imports what it must not."""
    found: list[str] = []
    for path in sorted(HOUSE.rglob("*.py")):
        is_package = path.name == "__init__.py"
        found += breaches(path.read_text(), module_name(path), is_package=is_package)

    assert not found, "\n".join(found)


def test_walls_stand_around_something() -> None:
    """The house is where this test looks for it."""
    assert (HOUSE / "core").is_dir()
    assert len(list(HOUSE.rglob("*.py"))) > 10


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("countoff.core.session", "import sounddevice"),
        ("countoff.core.session", "from countoff.takelog import writer"),
        ("countoff.core.session", "from countoff import takelog"),
        ("countoff.core.session", "from ..takelog import writer"),
        ("countoff.core.session", "from .. import takelog"),
        ("countoff.core.session", "def late():\n    import rtmidi"),
        ("countoff.core.tempo", "from PIL import Image"),
        ("countoff.midi.mmc", "from countoff.core import tempo"),
        ("countoff.controller", "import countoff.app"),
        ("countoff.controller", "from countoff import app"),
        ("countoff.controller", "from countoff.app import main"),
        ("countoff.devices.tally", "from countoff.devices import oled"),
        ("countoff.devices.tally", "from countoff.devices.oled import Oled"),
        ("countoff.devices.tally", "from .oled import Oled"),
        ("countoff.player.callback", "from countoff.core.session import step"),
        ("countoff.player.callback", "from countoff.core.song import Song"),
        ("countoff.player.callback", "import countoff.takelog.writer"),
        ("countoff.sender.program", "from countoff.core.plan import Click"),
        ("countoff.sender.program", "from countoff.config import load"),
    ],
)
def test_a_breach_is_seen(module: str, source: str) -> None:
    """An import through a wall is found in every way of writing it."""
    assert breaches(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("countoff.core.session.step", "import dataclasses\nfrom countoff.core.song import Song"),
        ("countoff.core.mixer", "import numpy as np"),
        ("countoff.core.screen.pages", "from PIL import Image"),
        ("countoff.core.screen.pages", "from .canvas import Canvas"),
        ("countoff.midi.mmc", "from countoff.midi import realtime"),
        ("countoff.cli", "from countoff import app"),
        ("countoff.devices.tally", "from countoff.core.tally import Light"),
        ("countoff.devices.tally", "import gpiozero"),
        ("countoff.player.callback", "import sounddevice\nfrom countoff.core.mixer import Mixer"),
        ("countoff.sender.program", "import rtmidi\nfrom countoff.midi import mmc"),
    ],
)
def test_a_door_is_open(module: str, source: str) -> None:
    """What a part needs it may import."""
    assert not breaches(source, module)
