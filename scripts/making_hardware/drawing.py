"""Draws all pictures and printed parts: WireViz, schemdraw, OpenSCAD, librsvg. Takes a minute or two."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops
from wireviz import wireviz

from making_hardware.box import HARDWARE
from making_hardware.pictures import PRINTED, SCHEMATICS, VIEWS
from making_hardware.schematic import draw_schematics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from making_hardware.box import Box

_CASE: Final = HARDWARE / "enclosure.scad"
_SIZE: Final = (1600, 1200)
_MARGIN: Final = 24
_DOTS_PER_POINT: Final = {"schematic": "1.6", "wiring": "1.25"}
_VERTEX: Final = re.compile(r"vertex\s+(\S+)\s+(\S+)\s+(\S+)")
_ALIKE: Final = 2.0
"""Mean difference of two pictures' pixels, of 255, that another machine's renderer may make."""


def tools() -> dict[str, str]:
    """Return the version of each program that draws. Raises FileNotFoundError if one is missing."""
    import schemdraw  # noqa: PLC0415 (for its version alone)
    from wireviz import __version__ as wireviz_version  # noqa: PLC0415 (as above)

    def told(*command: str) -> str:
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        found = re.search(r"\d+(\.\d+)+", run.stdout + run.stderr)
        return found[0] if found else "unknown"

    return {
        "wireviz": wireviz_version,
        "schemdraw": schemdraw.__version__,
        "graphviz": told("dot", "-V"),
        "openscad": told("openscad", "--version"),
        "librsvg": told("rsvg-convert", "--version"),
    }


def draw(box: Box, folder: Path) -> None:
    """Draw everything into `folder`, which gets the folders pictures and printed."""
    pictures, printed = folder / "pictures", folder / "printed"
    for made in (pictures, printed):
        made.mkdir(parents=True, exist_ok=True)
    draw_schematics(box, pictures)
    _draw_wiring(pictures)
    for name in ("wiring", *(f"schematic_{sheet}" for sheet in SCHEMATICS)):
        _rasterise(pictures / f"{name}.svg", _DOTS_PER_POINT[name.split("_")[0]])
    # As many at a time as there are processors; each is a program of its own.
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as several:
        jobs = [several.submit(_print_part, name, printed / f"{name}.stl") for name in PRINTED]
        jobs += [
            several.submit(_view, name, camera, pictures / f"case_{name}.png")
            for name, camera in VIEWS.items()
        ]
    for job in jobs:
        job.result()


def _draw_wiring(pictures: Path) -> None:
    wireviz.parse(
        HARDWARE / "wiring.yml",
        output_formats=("svg",),
        output_dir=pictures,
        output_name="wiring",
    )
    # It names the program that laid it out, which another machine has in another version.
    path = pictures / "wiring.svg"
    path.write_text(re.sub(r"<!--.*?-->\n?", "", path.read_text(), flags=re.DOTALL))


def _rasterise(path: Path, scale: str) -> None:
    target = path.with_suffix(".png")
    command = ["rsvg-convert", "--zoom", scale, "--background-color", "white"]
    subprocess.run([*command, path, "--output", target], check=True)
    _pack(target)


def _print_part(name: str, target: Path) -> None:
    text = target.with_suffix(".txt.stl")
    _openscad(["-D", f'part="{name}"', "-o", str(text), str(_CASE)])
    target.write_bytes(_binary_stl(text.read_text()))
    text.unlink()


def _binary_stl(text: str) -> bytes:
    """Write a text STL as a binary one, a fifth as long; normals are left to whoever reads it."""
    corners = [tuple(map(float, found)) for found in _VERTEX.findall(text)]
    facets = [corners[at : at + 3] for at in range(0, len(corners), 3)]
    # OpenSCAD gives them in an order that differs from run to run.
    facets = sorted(_from_least_corner(facet) for facet in facets)
    head = b"made by scripts/make_hardware".ljust(80) + struct.pack("<I", len(facets))
    return head + b"".join(
        struct.pack("<12fH", 0, 0, 0, *facet[0], *facet[1], *facet[2], 0) for facet in facets
    )


def _from_least_corner(facet: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    first = facet.index(min(facet))
    return facet[first:] + facet[:first]


def _view(name: str, camera: str, target: Path) -> None:
    size = f"--imgsize={2 * _SIZE[0]},{2 * _SIZE[1]}"
    look = [size, "--colorscheme=Tomorrow", "--projection=p", f"--camera={camera}"]
    _openscad(["-D", f'part="{name}"', *look, "-o", str(target), str(_CASE)], on_a_screen=True)
    # Drawn twice as large and halved: OpenSCAD does not smooth its edges.
    with Image.open(target) as picture:
        smooth = picture.convert("RGB").resize(_SIZE, Image.Resampling.LANCZOS)
    ground = Image.new("RGB", smooth.size, smooth.getpixel((0, 0)))
    found = ImageChops.difference(smooth, ground).getbbox() or (0, 0, *_SIZE)
    edges = (found[0] - _MARGIN, found[1] - _MARGIN, found[2] + _MARGIN, found[3] + _MARGIN)
    smooth.crop(
        (max(0, edges[0]), max(0, edges[1]), min(_SIZE[0], edges[2]), min(_SIZE[1], edges[3]))
    ).save(target)
    _pack(target)


def _pack(path: Path) -> None:
    """Keep 256 colours: drawings need few, and the repository is cloned often."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def _openscad(arguments: Sequence[str], *, on_a_screen: bool = False) -> None:
    command = ["openscad", "-q", *arguments]
    if on_a_screen and not os.environ.get("DISPLAY"):
        command = ["xvfb-run", "-a", "-s", "-screen 0 1x1x24", *command]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"OpenSCAD could not make {arguments[-2]}: {run.stderr.strip()}")


def differing(names: Sequence[str], drawn: Path) -> list[str]:
    """Return those of the files that are not as they were drawn just now."""
    return [name for name in names if not _are_alike(HARDWARE / name, drawn / name)]


def _are_alike(committed: Path, drawn: Path) -> bool:
    if committed.read_bytes() == drawn.read_bytes():
        return True
    if committed.suffix != ".png":
        return False
    with Image.open(committed) as one, Image.open(drawn) as other:
        if one.size != other.size:
            return False
        bytes_of = one.convert("L").tobytes(), other.convert("L").tobytes()
    apart = sum(abs(first - second) for first, second in zip(*bytes_of, strict=True))
    return apart / len(bytes_of[0]) < _ALIKE


def keep(names: Sequence[str], drawn: Path) -> None:
    """Put the files that were drawn in their places."""
    for name in names:
        target = HARDWARE / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(drawn / name, target)
