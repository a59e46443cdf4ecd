"""Which pictures and printed parts there are, what each was made from, and whether that has changed.

Needs nothing but Python; drawing.py draws them. What each file was made from, and what came out, is
kept as two digests in made_from.json: so a picture that was forgotten is found without any tool.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from making_hardware import texts
from making_hardware.box import HARDWARE

if TYPE_CHECKING:
    from making_hardware.box import Box

RECORD: Final = HARDWARE / "made_from.json"
SCHEMATICS: Final = ("pedal", "tally", "midi", "grounds")
PRINTED: Final = ("base", "lid", "frame")
VIEWS: Final = {
    "closed": "100,52,30,32,0,22,500",
    "open": "100,55,55,58,0,28,570",
    "inside": "100,57,0,14,0,0,470",
    "back": "-100,61,-52,22,0,0,480",
}
"""How the case is looked at: OpenSCAD's camera, where it looks, turned how, from how far."""

_SHEETS: Final = ("schematic", "sheet", *(f"{name}_sheet" for name in SCHEMATICS))
_FOLDER: Final = Path(__file__).parent
_CASE: Final = HARDWARE / "enclosure.scad"


def made_from(box: Box) -> dict[str, str]:
    """Return for each file below hardware/ the digest of all that it depends on."""
    values = [(part.role, part.refs, part.value) for part in box.parts]
    drawn_by = "".join((_FOLDER / f"{name}.py").read_text() for name in _SHEETS)
    lengths = box.limits["cable_length_m"]
    schematic = _digest(f"{drawn_by}{values}{sorted(box.pins.items())}{lengths}")
    harness = _digest(texts.harness_yml(box))
    case = f"{_CASE.read_text()}{texts.openings_scad(box)}"
    files = {f"pictures/wiring.{kind}": harness for kind in ("svg", "png")}
    for name in SCHEMATICS:
        files |= {f"pictures/schematic_{name}.{kind}": schematic for kind in ("svg", "png")}
    files |= {f"printed/{name}.stl": _digest(case) for name in PRINTED}
    files |= {f"pictures/case_{name}.png": _digest(case + camera) for name, camera in VIEWS.items()}
    return files


def stale_pictures(box: Box) -> list[str]:
    """Return the files that are missing, were changed, or were made from something else."""
    record = _read_record()["files"]
    stale = []
    for name, source in made_from(box).items():
        path = HARDWARE / name
        if not path.exists() or record.get(name) != {"from": source, "is": digest_of(path)}:
            stale.append(name)
    return stale


def _read_record() -> dict[str, Any]:
    if not RECORD.exists():
        return {"files": {}, "tools": {}}
    record: dict[str, Any] = json.loads(RECORD.read_text())
    return record


def read_tools() -> dict[str, str]:
    """Return the versions of the tools that drew what is there."""
    return dict(_read_record()["tools"])


def write_record(box: Box, tools: dict[str, str]) -> None:
    """Write down what the files as they are were made from, and with what."""
    files = {
        name: {"from": source, "is": digest_of(HARDWARE / name)}
        for name, source in made_from(box).items()
    }
    RECORD.write_text(json.dumps({"tools": tools, "files": files}, indent=1) + "\n")


def digest_of(path: Path) -> str:
    """Return a digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:20]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
