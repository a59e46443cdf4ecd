"""The pages between takes: idle, ring-out, after a take, and fault. Pure: any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from countoff.core.screen.canvas import BOTTOM, LEFT, RIGHT, TOP
from countoff.core.screen.furniture import (
    fitted,
    numbered,
    paint_banner,
    paint_bar,
    paint_centred,
    paint_heading,
    paint_pill,
    paint_right,
    paint_strip,
    paint_text,
    paint_text_right,
)
from countoff.core.screen.letters import bold, small
from countoff.core.screen.marks import LOOP, NEXT, corner_left
from countoff.core.screen.notes import paint_notes, wrapped

if TYPE_CHECKING:
    from countoff.core.screen.canvas import Canvas
    from countoff.core.screen.view import LastTake, ScreenView

_TITLE_TOP: Final = TOP + 12
_TITLE_HEIGHT: Final = 22
_FIGURES_TOP: Final = TOP + 36
_FIGURES_HEIGHT: Final = 17
_START_TOP: Final = TOP + 28
_FOOT_TOP: Final = BOTTOM - 7
_COLUMN_LEFT: Final = RIGHT - 42
_FAULT_LINE_COUNT: Final = 5
_STRIP_EDGES: Final = 6


def paint_idle(canvas: Canvas, view: ScreenView) -> None:
    """Paint the song, where it starts, its tempo and meter, and the take that a press will start.

    When it is their turn, what the author wants read before a take, as large as it fits.
    """
    if view.shows_notes and view.notes:
        paint_notes(canvas, view)
    else:
        paint_heading(canvas, view, f"NEXT TAKE {view.next_take_number}")
        _paint_song(canvas, view)
    if view.message:
        paint_banner(canvas, view.message)


def _paint_song(canvas: Canvas, view: ScreenView) -> None:
    has_foot = _paint_foot(canvas, view)
    if not view.starts_from:
        _paint_title(canvas, view.song, RIGHT - LEFT)
        _paint_figures(canvas, view, _FIGURES_TOP, _FIGURES_HEIGHT)
        return
    title = fitted(view.song, RIGHT - LEFT, max_height=14)
    canvas.paint(title, LEFT, TOP + 12 + (14 - title.shape[0]) // 2)
    if view.looped:
        paint_bar(canvas, LOOP, "LOOP", view.starts_from, _START_TOP)
    else:
        paint_bar(canvas, NEXT, "FROM", view.starts_from, _START_TOP)
    _paint_figures(canvas, view, _START_TOP + 14, 12 if has_foot else _FIGURES_HEIGHT)


def _paint_figures(canvas: Canvas, view: ScreenView, y: int, height: int) -> None:
    """Paint tempo and meter; a tempo that is not the file's says so."""
    if not view.tempo:
        canvas.paint(fitted("NO CLICK", RIGHT - LEFT, max_height=height), LEFT, y)
        return
    tempo = numbered(view.tempo, 80, height)
    canvas.paint(tempo, LEFT, y)
    x = LEFT + tempo.shape[1] + 4
    meter = numbered(view.meter, 60, height)
    paint_right(canvas, meter, y)
    paint_text(canvas, small(), "BPM", x, y + height - 7)
    if view.tempo_changed:
        if height == _FIGURES_HEIGHT:
            paint_text(canvas, small(), "TODAY", x, y)
        else:
            room = RIGHT - meter.shape[1] - 4
            paint_text(canvas, small(), "TODAY", x + 22, y + height - 7, width=room - x - 22)


def paint_ring_out(canvas: Canvas, view: ScreenView) -> None:
    """Paint the seconds for which the box waits, running out along the foot."""
    if view.message:
        paint_strip(canvas, view, view.message)
    else:
        paint_heading(canvas, view, "RING-OUT")
    seconds = numbered(str(view.ring_out_left_s), _COLUMN_LEFT - LEFT, 40)
    paint_centred(canvas, seconds, (LEFT, _COLUMN_LEFT), (TOP + 13, TOP + 53))
    if view.take_number and not view.rehearsing:
        paint_text_right(canvas, bold(), f"T{view.take_number}", TOP + 13)
    paint_text_right(canvas, small(), "ROLL", TOP + 36)
    paint_text_right(canvas, small(), "STOPS", TOP + 45)
    cells = max(10, view.ring_out_left_s)
    for place in range(view.ring_out_left_s):
        x, end = (LEFT + (place + more) * (RIGHT - LEFT + 2) // cells for more in (0, 1))
        canvas.block(x, BOTTOM - 6, max(1, end - x - 2), 6)


def paint_after_take(canvas: Canvas, view: ScreenView) -> None:
    """Paint what just happened: which take, how long, its flags, and what is to be known of it."""
    take = view.last_take
    if take is None:
        paint_idle(canvas, view)
        return
    _paint_how_it_was(canvas, view, take)
    bars = take.elapsed
    if take.bars:
        bars = f"{take.bars} BAR" + ("" if take.bars == 1 else "S")
    paint_text_right(canvas, bold(), bars, _TITLE_TOP + 11)
    _paint_title(canvas, f"TAKE {take.number}", RIGHT - LEFT - bold().width(bars) - 5)
    _paint_flags_and_next(canvas, view, take)
    _paint_verdict(canvas, take)
    if view.message:
        paint_banner(canvas, view.message)


def paint_fault(canvas: Canvas, view: ScreenView) -> None:
    """Paint the fault's name on a lit strip and its lines below, wrapped where they are long."""
    paint_strip(canvas, view, view.fault_title)
    lines = [
        part for line in view.fault_lines for part in wrapped(line, [RIGHT - LEFT], small().width)
    ]
    if len(lines) > _FAULT_LINE_COUNT:
        lines[_FAULT_LINE_COUNT - 1 :] = [" ".join(lines[_FAULT_LINE_COUNT - 1 :])]
    for place, line in enumerate(lines):
        paint_text(canvas, small(), line, LEFT, TOP + 15 + place * 10)
    if view.message:
        paint_banner(canvas, view.message)


def _paint_title(canvas: Canvas, title: str, width: int) -> None:
    mask = fitted(title, width)
    paint_centred(
        canvas, mask, (LEFT, LEFT + mask.shape[1]), (_TITLE_TOP, _TITLE_TOP + _TITLE_HEIGHT)
    )


def _paint_foot(canvas: Canvas, view: ScreenView) -> bool:
    """Name what is not as usual: simulated parts left, the click right; else artist and key.

    Return whether anything stands there.
    """
    click = ""
    if view.click_muted:
        click = "CLICK OFF"
    elif view.click_level_db:
        click = f"CLICK {view.click_level_db:+d}"
    left, right, y = _brief(view.simulated_parts), click, _FOOT_TOP
    if not left and not right and not view.starts_from:
        # Whose letters may reach below the line.
        left, right, y = view.artist, small().fit(view.key, 60), _FOOT_TOP - 1
    room = RIGHT - LEFT - small().width(right) - 4
    paint_text(canvas, small(), left, LEFT, y, width=room)
    paint_text_right(canvas, small(), right, y)
    return bool(left or right)


def _brief(parts: tuple[str, ...]) -> str:
    """Return names in one line, a first word that they share said once: "VIRTUAL AUDIO+MIDI"."""
    groups: dict[str, list[str]] = {}
    for part in parts:
        first, _, rest = part.partition(" ")
        groups.setdefault(first, []).append(rest)
    return " ".join(f"{first} {'+'.join(rests)}".rstrip() for first, rests in groups.items())


def _paint_flags_and_next(canvas: Canvas, view: ScreenView, take: LastTake) -> None:
    y = _FIGURES_TOP
    left = LEFT
    next_take = f"NEXT T{view.next_take_number}"
    if take.flags:
        left += paint_pill(canvas, bold().fit(take.flags, RIGHT - LEFT - 6), LEFT, y)
    if left + small().width(next_take) + 4 <= RIGHT:
        paint_text_right(canvas, small(), next_take, y + 3)


def _paint_how_it_was(canvas: Canvas, view: ScreenView, take: LastTake) -> None:
    """Paint how the take ended; of one that ended as takes do, rather how its click was."""
    if take.how != "ended" or not take.click:
        paint_heading(canvas, view, take.how)
    elif take.click_is_faulty:
        # In three figures of bars, the bar says more than that it was the click.
        is_wide = small().width(take.click) > corner_left(view) - LEFT - _STRIP_EDGES
        paint_strip(canvas, view, take.click.removeprefix("CLICK ") if is_wide else take.click)
    else:
        paint_heading(canvas, view, take.click)


def _paint_verdict(canvas: Canvas, take: LastTake) -> None:
    """Paint the DAW's verdict and the incidents on the last line, bold where there is room.

    Of a take that did not end as takes do, what was wrong with its click stands for the incidents;
    where there are none, what the DAW's word does not prove.
    """
    incidents = ""
    if take.click_is_faulty and take.how != "ended":
        incidents = take.click
    elif take.incident_count:
        incidents = f"{take.incident_count} INCIDENT" + ("" if take.incident_count == 1 else "S")
    elif take.arming_is_unknown:
        incidents = "ARMED?"
    room = RIGHT - LEFT - (small().width(incidents) + 4 if incidents else 0)
    if bold().width(take.verdict) <= room:
        paint_text(canvas, bold(), take.verdict, LEFT, BOTTOM - 10)
    else:
        paint_text(canvas, small(), take.verdict, LEFT, _FOOT_TOP, width=room)
    paint_text_right(canvas, small(), incidents, _FOOT_TOP)
