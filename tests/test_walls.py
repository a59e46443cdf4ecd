"""The walls of the house: who may import whom. Read from the source; nothing is imported here."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = "countoff"
HOUSE = Path(__file__).parent.parent / "firmware" / PACKAGE

# May import `countoff.app`: what starts the program. It alone has all the rest assembled.
STARTERS = {"countoff.cli", "countoff.__main__"}

# What each pure part may import of the house.
MAY_IMPORT = {
    "core": ("countoff.core",),
    # The words for what a DAW is told, and for what was mistyped.
    "midi": ("countoff.midi", "countoff.core.actions", "countoff.core.nearest"),
}

# What may be loaded in a real-time process, by whatever way. Its folder also holds the controller's
# end of it, which is not loaded there and so may know events and actions.
MAY_LOAD = {
    "countoff.player.__main__": (
        "countoff.core.counts",
        "countoff.core.limiter",
        "countoff.core.mixer",
        "countoff.core.nearest",
        "countoff.core.sounds",
        "countoff.core.timebase",
        "countoff.core.voice",
        "countoff.core.voices",
        "countoff.player",
        "countoff.processes",
    ),
    "countoff.sender.__main__": (
        "countoff.core.counts",
        "countoff.core.nearest",
        "countoff.core.timebase",
        "countoff.midi",
        "countoff.processes",
        "countoff.sender",
    ),
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
    return _imports_in(ast.parse(source), module, is_package=is_package)


def loads_of(source: str, module: str, *, is_package: bool = False) -> set[str]:
    """Return what `source` imports when it runs, sooner or later: no imports for type checks."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return _imports_in(tree, module, is_package=is_package)


def _imports_in(tree: ast.AST, module: str, *, is_package: bool) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
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
    if is_within(name, "countoff.assembly"):
        return module == "countoff.app"
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


def loaded_by(start: str, house: dict[str, str]) -> dict[str, str]:
    """Return every module of `house` that `start` loads, with the one that first asked for it."""
    packages = {name.rpartition(".")[0] for name in house}
    loaded = {start: start}
    waiting = [start]
    while waiting:
        module = waiting.pop()
        wanted = loads_of(house[module], module, is_package=module in packages)
        for name in wanted | {module}:
            parts = name.split(".")
            # A module is loaded after the packages that it lies in.
            for length in range(1, len(parts) + 1):
                part = ".".join(parts[:length])
                if part in house and part not in loaded:
                    loaded[part] = module
                    waiting.append(part)
    return loaded


def loaded_too_much(start: str, house: dict[str, str]) -> list[str]:
    """Return each module that must not be loaded in the process of `start`, as a sentence."""
    return [
        f"{start} must not load {module}, which {asker} imports"
        for module, asker in sorted(loaded_by(start, house).items())
        if module not in {PACKAGE, "countoff.core", start}
        and not any(is_within(module, allowed) for allowed in MAY_LOAD[start])
    ]


@pytest.mark.parametrize("start", sorted(MAY_LOAD))
def test_real_time_processes_know_little(start: str) -> None:
    """Player and sender load nothing of takes, songs, pedals, log or configuration."""
    house = {module_name(path): path.read_text() for path in HOUSE.rglob("*.py")}

    assert start in house
    assert loaded_too_much(start, house) == []


def test_what_a_process_loads_is_followed() -> None:
    """A forbidden module is seen behind two doors, and in the `__init__` of a package."""
    start = "countoff.player.__main__"
    house = {
        "countoff": "",
        "countoff.player": "",
        start: "from countoff.player.callback import Callback\n"
        "if TYPE_CHECKING:\n    from countoff import takelog",
        "countoff.player.callback": "from countoff.core import mixer",
        "countoff.core": "",
        "countoff.core.mixer": "import numpy as np",
        "countoff.takelog": "",
    }
    behind = {**house, "countoff.core.mixer": "import countoff.takelog"}
    inside = {**house, "countoff.player": "from .. import takelog"}

    assert loaded_too_much(start, house) == []
    assert len(loaded_too_much(start, behind)) == 1
    assert len(loaded_too_much(start, inside)) == 1


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
        ("countoff.controller", "from countoff.assembly import assemble"),
        ("countoff.devices.tally", "from countoff.devices import oled"),
        ("countoff.devices.tally", "from countoff.devices.oled import Oled"),
        ("countoff.devices.tally", "from .oled import Oled"),
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
        ("countoff.app", "from countoff.assembly import assemble"),
        ("countoff.devices.tally", "from countoff.core.tally import Light"),
        ("countoff.devices.tally", "import gpiozero"),
        ("countoff.player.callback", "import sounddevice\nfrom countoff.core.mixer import Mixer"),
        ("countoff.sender.program", "import rtmidi\nfrom countoff.midi import mmc"),
    ],
)
def test_a_door_is_open(module: str, source: str) -> None:
    """What a part needs it may import."""
    assert not breaches(source, module)
