from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.panel import paint, shading

if TYPE_CHECKING:
    from countoff.panel.shading import Rows


def redness(rows: Rows) -> int:
    """Return how much red the picture holds over its green."""
    return sum(int(dot[1:3], 16) - int(dot[3:5], 16) for row in rows for dot in row)


def test_a_brighter_light_is_a_redder_lens() -> None:
    """Off, waiting, dipped and full can be told apart."""
    seen = [redness(shading.lens(30, 10, paint.LENSES["red"], level)) for level in (0, 0.1, 0.4, 1)]

    assert seen == sorted(set(seen))


@pytest.mark.parametrize("size", [(14, 8), (30, 10), (48, 14), (3, 2), (1, 2), (12, 0)])
def test_every_size_is_filled(size: tuple[int, int]) -> None:
    """Whatever room there is, each dot of it has a colour."""
    width, height = size
    for rows in (
        shading.lens(width, height, paint.LENSES["red"], 1.0),
        shading.cap(width, height, is_down=True),
    ):
        assert [len(row) for row in rows] == [width] * height
        assert all(len(dot) == 7 and dot.startswith("#") for row in rows for dot in row)


def test_a_cap_that_is_down_looks_different() -> None:
    """A foot on the pedal is seen."""
    assert shading.cap(14, 14, is_down=True) != shading.cap(14, 14, is_down=False)


def test_an_average_is_between_its_colours() -> None:
    """Black and white make grey."""
    assert paint.average(["#000000", "#ffffff"]) == "#808080"
    assert paint.mixed("#000000", "#ff8000", 0.5) == "#804000"
