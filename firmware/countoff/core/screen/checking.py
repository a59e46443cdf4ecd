"""The page of a line check: what was found so far, which pedals were felt, what to do. Pure: any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from countoff.core.screen.canvas import BOTTOM, LEFT, RIGHT, TOP
from countoff.core.screen.furniture import (
    PILL_HEIGHT,
    fitted,
    paint_banner,
    paint_centred,
    paint_heading,
    paint_strip,
    paint_text,
    paint_text_right,
)
from countoff.core.screen.letters import small
from countoff.core.screen.marks import CHECK_MARKS

if TYPE_CHECKING:
    from countoff.core.screen.canvas import Canvas
    from countoff.core.screen.view import CheckShown, HealthMark, ScreenView

_LINES_TOP: Final = TOP + 14
_PITCH: Final = 9
_FOOT_TOP: Final = BOTTOM - PILL_HEIGHT
_FOOT_LINE: Final = BOTTOM - 7
_CELL_GAP: Final = 1
# So many lines of it end above a banner.
_ABOVE_BANNER: Final = 2


def paint_line_check(canvas: Canvas, view: ScreenView) -> None:
    """Paint a line for each check with its mark, or what to do about one; the pedals along the foot."""
    check = view.check
    if check is None:
        return
    if check.is_well:
        _paint_well(canvas, view, check)
    else:
        # Nothing that a banner would cut through.
        _paint_found(canvas, view, check, _ABOVE_BANNER if view.message else None)
    if check.pedals:
        _paint_pedals(canvas, check)
    elif check.foot:
        paint_text_right(canvas, small(), check.foot, _FOOT_LINE)
    if view.message:
        paint_banner(canvas, view.message)


def _paint_well(canvas: Canvas, view: ScreenView, check: CheckShown) -> None:
    """Paint that nothing is to be done so that it is read from where the pedals are."""
    paint_heading(canvas, view, "LINE CHECK")
    paint_centred(canvas, fitted(check.title, RIGHT - LEFT), (LEFT, RIGHT), (_LINES_TOP, _FOOT_TOP))
    for line in check.text[:1]:
        counts = small().render(small().fit(line, RIGHT - LEFT))
        paint_centred(canvas, counts, (LEFT, RIGHT), (_FOOT_TOP, BOTTOM))


def _paint_found(canvas: Canvas, view: ScreenView, check: CheckShown, room: int | None) -> None:
    """Paint the title, and below it what has room in so many lines: the newest checks, the text."""
    if check.is_trouble:
        paint_strip(canvas, view, check.title)
    else:
        paint_heading(canvas, view, check.title)
    _paint_lines(canvas, check.lines[-room:] if room else check.lines)
    for place, line in enumerate(check.text[:room]):
        paint_text(canvas, small(), line, LEFT, _LINES_TOP + place * _PITCH)


def _paint_lines(canvas: Canvas, lines: tuple[tuple[str, HealthMark], ...]) -> None:
    for place, (name, mark) in enumerate(lines):
        y = _LINES_TOP + place * _PITCH
        paint_text(canvas, small(), name, LEFT, y, width=RIGHT - LEFT - 12)
        if mark in CHECK_MARKS:
            canvas.paint(CHECK_MARKS[mark], RIGHT - 8, y)


def _paint_pedals(canvas: Canvas, check: CheckShown) -> None:
    """Paint a cell for each pedal, as wide as its name asks: lit once it was felt, a frame until then."""
    names = [small().render(name) for name, _ in check.pedals]
    room = RIGHT - LEFT - sum(name.shape[1] for name in names) - _CELL_GAP * (len(names) - 1)
    left = LEFT
    for place, (name, (_, is_felt)) in enumerate(zip(names, check.pedals, strict=True)):
        # What is left over goes to all of them, and the last one ends at the edge.
        padding = room * (place + 1) // len(names) - room * place // len(names)
        width = name.shape[1] + padding
        canvas.block(left, _FOOT_TOP, width, PILL_HEIGHT)
        x, y = left + (padding + 1) // 2, _FOOT_TOP + (PILL_HEIGHT - name.shape[0] + 1) // 2
        if is_felt:
            canvas.carve(name, x, y)
        else:
            hollow = np.ones((PILL_HEIGHT - 2, width - 2), dtype=np.bool_)
            canvas.carve(hollow, left + 1, _FOOT_TOP + 1)
            canvas.paint(name, x, y)
        left += width + _CELL_GAP
