"""The author's notes, wrapped, in the largest letters in which all of them fit. Pure: any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from countoff.core.screen.canvas import BOTTOM, LEFT, RIGHT, TOP
from countoff.core.screen.furniture import paint_heading
from countoff.core.screen.lettering import lettered
from countoff.core.screen.letters import bold, small
from countoff.core.screen.marks import corner_left

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from countoff.core.screen.canvas import Canvas
    from countoff.core.screen.view import ScreenView

_BELOW_HEADING: Final = TOP + 14
_ROOM: Final = RIGHT - LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """How notes can be lettered; `render` gives None where a letter is missing."""

    height: int
    pitch: int
    has_heading: bool = True
    render: Callable[[str], NDArray[np.bool_] | None]

    @property
    def top(self) -> int:
        return _BELOW_HEADING if self.has_heading else TOP

    @property
    def most_lines(self) -> int:
        return (BOTTOM - self.top - self.height) // self.pitch + 1

    def rooms(self, view: ScreenView) -> tuple[int, int]:
        """Return how wide the first line and the others may be: beside the marks, and below."""
        return (_ROOM if self.has_heading else corner_left(view) - 3 - LEFT), _ROOM

    def width(self, text: str) -> int:
        mask = self.render(text)
        return _ROOM + 1 if mask is None else int(mask.shape[1])


# From the largest to the smallest; where they are long, the song's title is left out.
_SIZES: Final = (
    _Size(height=20, pitch=26, render=lambda text: lettered(text, 20, 4)),
    _Size(height=17, pitch=22, render=lambda text: lettered(text, 17, 3)),
    _Size(height=14, pitch=17, render=lambda text: lettered(text, 14, 3)),
    _Size(height=10, pitch=13, render=lambda text: bold().render(text)),
    _Size(height=10, pitch=13, has_heading=False, render=lambda text: bold().render(text)),
    _Size(height=8, pitch=10, has_heading=False, render=lambda text: small().render(text)),
)


def paint_notes(canvas: Canvas, view: ScreenView) -> None:
    """Paint the notes; what does not fit even in the smallest letters is cut."""
    size, lines = _fitted(view)
    top = size.top
    if size.has_heading:
        paint_heading(canvas, view, view.song)
        top += (BOTTOM - top - (len(lines) - 1) * size.pitch - size.height) // 2
    for place, line in enumerate(lines):
        mask = size.render(line)
        if mask is not None:
            canvas.paint(mask, LEFT, top + place * size.pitch)


def wrapped(text: str, rooms: Sequence[int], width_of: Callable[[str], int]) -> list[str]:
    """Return `text` as lines broken between words, no wider than `rooms`; its last one repeats."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) <= rooms[min(len(lines), len(rooms)) - 1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fitted(view: ScreenView) -> tuple[_Size, list[str]]:
    """Return the largest size in which the notes fit, and their lines."""
    for size in _SIZES:
        first, others = size.rooms(view)
        lines = wrapped(view.notes, (first, others), size.width)
        has_room = len(lines) <= size.most_lines
        if has_room and all(
            size.width(line) <= (others if place else first) for place, line in enumerate(lines)
        ):
            return size, lines
    kept, rest = lines[: size.most_lines - 1], lines[size.most_lines - 1 :]
    cut = [small().fit(line, others if place else first) for place, line in enumerate(kept)]
    return size, [*cut, small().fit(" ".join(rest), _ROOM)]
