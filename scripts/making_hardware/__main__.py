"""What scripts/make_hardware runs: makes everything from hardware/box.toml, or checks it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from making_hardware.box import CHECKOUT, SOURCE, read_box
from making_hardware.circuits import figures
from making_hardware.faults import faults_of
from making_hardware.making import stale_texts, write_texts
from making_hardware.pictures import (
    made_from,
    read_tools,
    stale_pictures,
    write_record,
)

if TYPE_CHECKING:
    from making_hardware.box import Box

EXIT_AS_COMMITTED = 0
EXIT_NOT = 1


def main() -> int:
    """Make or check; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/make_hardware",
        description="Make pin tables, configuration, wiring, parts list, schematics and case from "
        "hardware/box.toml.",
    )
    parser.add_argument(
        "--check", action="store_true", help="make nothing; say what is not as the source says"
    )
    arguments = parser.parse_args()
    box = read_box()
    wrong = [*faults_of(box), *(_sentence(box))]
    for sentence in wrong:
        print(sentence)
    if wrong:
        print(f"Nothing is made from {SOURCE.relative_to(CHECKOUT)} as it is.")
        return EXIT_NOT
    return _check(box) if arguments.check else _make(box)


def _sentence(box: Box) -> list[str]:
    return [
        f"{one.circuit}: {one.what} is {one.least:.3g} to {one.most:.3g} {one.unit}; "
        f"{one.limits[0]:.3g} to {one.limits[1]:.3g} is allowed."
        for one in figures(box)
        if not one.is_within
    ]


def _check(box: Box) -> int:
    stale = [str(path.relative_to(CHECKOUT)) for path in stale_texts(box)]
    stale += [f"hardware/{name}" for name in stale_pictures(box)]
    for name in stale:
        print(f"{name} is not made from hardware/box.toml as it is: run scripts/make_hardware.")
    if stale:
        return EXIT_NOT
    # Here and not above: whoever has none of these tools can still be told all of that.
    from making_hardware.drawing import differing, draw, tools  # noqa: PLC0415

    here, recorded = tools(), read_tools()
    names = list(made_from(box))
    if here != recorded:
        print(f"Drawn with {recorded}; here is {here}, which may draw otherwise: only the digests")
        print("were compared, and they are right.")
        return EXIT_AS_COMMITTED
    with tempfile.TemporaryDirectory() as folder:
        draw(box, Path(folder))
        others = differing(names, Path(folder))
    for name in others:
        print(f"hardware/{name} comes out otherwise.")
    if not others:
        print(f"All texts and {len(names)} drawn files are as hardware/box.toml says.")
    return EXIT_NOT if others else EXIT_AS_COMMITTED


def _make(box: Box) -> int:
    from making_hardware.drawing import draw, keep, tools  # noqa: PLC0415 (see above)

    for path in write_texts(box):
        print(path.relative_to(CHECKOUT))
    stale = stale_pictures(box)
    if not stale:
        print("All drawn files are up to date.")
        return EXIT_AS_COMMITTED
    print(f"{len(stale)} files are to be drawn; this takes a minute or two.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        draw(box, Path(folder))
        keep(stale, Path(folder))
    write_record(box, tools())
    for name in stale:
        print(f"hardware/{name}")
    return EXIT_AS_COMMITTED


if __name__ == "__main__":
    sys.exit(main())
