"""The two pages a drummer plays to: the count-in and the rolling take. Pure: any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.core.screen.canvas import BOTTOM, LEFT, RIGHT, TOP
from countoff.core.screen.furniture import (
    numbered,
    paint_beats,
    paint_centred,
    paint_heading,
    paint_pill,
    paint_right,
    paint_strip,
    paint_text,
    paint_text_right,
    pill_width,
)
from countoff.core.screen.letters import bold, small
from countoff.core.screen.marks import FASTER, LOOP, NEXT, SLOWER, corner_left

if TYPE_CHECKING:
    from countoff.core.screen.canvas import Canvas
    from countoff.core.screen.view import ScreenView

_COLUMN_LEFT: Final = RIGHT - 42
"""Left of it the number, right of it what the take is and how much is to come."""
_BELOW_HEADING: Final = TOP + 13
_BAR_HEIGHT: Final = 39
_COUNT_HEIGHT: Final = 52
_TIME_HEIGHT: Final = 45


def paint_count_in(canvas: Canvas, view: ScreenView) -> None:
    """Paint the beat as large as it goes, and how many bars it is until bar one."""
    beat = view.count or "-"
    if view.message:
        paint_strip(canvas, view, view.message)
        _paint_number(canvas, beat, _BELOW_HEADING, _BAR_HEIGHT)
    else:
        _paint_number(canvas, beat, TOP, _COUNT_HEIGHT)
    paint_text_right(canvas, small(), "COUNT-IN", _BELOW_HEADING)
    if view.rehearsing:
        paint_text(canvas, bold(), "REH", _COLUMN_LEFT, _BELOW_HEADING + 15)
    elif view.take_number:
        paint_text(canvas, bold(), f"T{view.take_number}", _COLUMN_LEFT, _BELOW_HEADING + 15)
    if view.bars_left is not None:
        # The bar that is being counted counts: 2 to go at the start of a two-bar count-in.
        _paint_to_go(canvas, view.bars_left + (1 if view.bar > 0 else 0))
    paint_beats(canvas, view)


def paint_rolling(canvas: Canvas, view: ScreenView) -> None:
    """Paint the bar, huge, with section, bars left, take, beat and a moving tempo around it.

    A song without tempo has no bars: there the time is huge.
    """
    if view.message:
        # The beats own the foot: a message may cover where we are, never when.
        paint_strip(canvas, view, view.message)
    elif view.without_click:
        paint_strip(canvas, view, "DAW, NO CLICK")
    else:
        _paint_section(canvas, view)
    if view.elapsed:
        _paint_elapsed(canvas, view)
        return
    _paint_number(canvas, str(view.bar), _BELOW_HEADING, _BAR_HEIGHT)
    _paint_take(canvas, view)
    if view.bars_left == 0:
        paint_text_right(canvas, bold(), "LAST", _BELOW_HEADING + 16)
        if not view.tempo_moves:
            paint_text_right(canvas, bold(), "BAR", _BELOW_HEADING + 28)
    elif view.bars_left is not None:
        _paint_to_go(canvas, view.bars_left, has_words=not view.tempo_moves)
    if view.tempo_moves:
        _paint_moving_tempo(canvas, view)
    paint_beats(canvas, view)


def _paint_section(canvas: Canvas, view: ScreenView) -> None:
    """Paint the section; in its last bar what comes next, behind an arrow."""
    if view.coming:
        canvas.paint(NEXT, LEFT, TOP + 1)
        left = LEFT + NEXT.shape[1] + 3
        room = corner_left(view) - 3 - left
        paint_text(canvas, bold(), view.coming, left, TOP, width=room)
    elif view.looped:
        canvas.paint(LOOP, LEFT, TOP)
        left = LEFT + LOOP.shape[1] + 3
        room = corner_left(view) - 3 - left
        paint_text(canvas, bold(), view.section or view.song, left, TOP, width=room)
    else:
        paint_heading(canvas, view, view.section or view.song)


def _paint_elapsed(canvas: Canvas, view: ScreenView) -> None:
    _paint_take(canvas, view)
    right = RIGHT - max(pill_width("REH"), bold().width(f"T{view.take_number}")) - 3
    mask = numbered(view.elapsed, right - LEFT, _TIME_HEIGHT)
    paint_centred(canvas, mask, (LEFT, right), (_BELOW_HEADING, BOTTOM))


def _paint_take(canvas: Canvas, view: ScreenView) -> None:
    if view.rehearsing:
        paint_pill(canvas, "REH", RIGHT - pill_width("REH"), _BELOW_HEADING)
    elif view.take_number:
        paint_text_right(canvas, bold(), f"T{view.take_number}", _BELOW_HEADING)


def _paint_moving_tempo(canvas: Canvas, view: ScreenView) -> None:
    """Paint where a ramp is and which way it goes, below the bars left."""
    y = _BELOW_HEADING + 30
    paint_text_right(canvas, bold(), view.tempo, y)
    arrow = FASTER if view.tempo_moves == "faster" else SLOWER
    canvas.paint(arrow, RIGHT - bold().width(view.tempo) - 3 - arrow.shape[1], y + 2)


def _paint_number(canvas: Canvas, text: str, y: int, height: int) -> None:
    mask = numbered(text, _COLUMN_LEFT - LEFT - 2, height)
    paint_centred(canvas, mask, (LEFT, _COLUMN_LEFT - 2), (y, y + height))


def _paint_to_go(canvas: Canvas, bars: int, *, has_words: bool = True) -> None:
    paint_right(canvas, numbered(str(bars), RIGHT - _COLUMN_LEFT, 18), _BELOW_HEADING + 12)
    if has_words:
        paint_text_right(canvas, small(), "TO GO", _BELOW_HEADING + 31)
