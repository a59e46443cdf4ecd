"""The panel's keys: what each asks for, and which of them the line at its foot names. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.text import Text

from countoff.core.session.pedals import Do, Phase
from countoff.panel import paint

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS: Final[dict[str, Do]] = {
    "E": Do.END_AT_BAR,
    "X": Do.STOP,
    "n": Do.NO_GOOD,
    "m": Do.MARKER,
    "left": Do.PREVIOUS_SONG,
    "right": Do.NEXT_SONG,
    "comma,pageup": Do.PREVIOUS_SECTION,
    "full_stop,pagedown": Do.NEXT_SECTION,
    "l": Do.LOOP_SECTION,
    "t,space": Do.TAP_TEMPO,
    "plus,equals_sign": Do.NUDGE_UP,
    "minus": Do.NUDGE_DOWN,
    "W": Do.AS_WRITTEN,
    "up": Do.CLICK_UP,
    "down": Do.CLICK_DOWN,
    "c": Do.MUTE_CLICK,
    "b": Do.STAGE_MODE,
}
"""The engineer's keys; a small letter never ends a take, and never forgets what was chosen."""

MAY_REPEAT: Final = frozenset(
    {
        Do.NEXT_SECTION,
        Do.PREVIOUS_SECTION,
        Do.NUDGE_UP,
        Do.NUDGE_DOWN,
        Do.CLICK_UP,
        Do.CLICK_DOWN,
    }
)
"""What goes on while the key is held."""


class Key(NamedTuple):
    """A key as the foot of the panel names it; of a higher rank, it is the first to be left out."""

    sign: str
    what: str
    rank: int


_RUNNING: Final = (
    Key("E", "end at bar", 0),
    Key("X", "stop", 0),
    Key("n", "no good", 0),
    Key("m", "mark", 1),
    Key("↑↓", "click", 1),
    Key("c", "mute", 1),
    Key("b", "stage", 2),
    Key("q", "leave", 0),
)


def legend(status: Mapping[str, Any] | None, width: int) -> Text:
    """Return the keys that mean something now, as many as there is room for."""
    keys = _idle(status) if status is None or status["phase"] == Phase.IDLE else _RUNNING
    for rank in range(max(key.rank for key in keys), -1, -1):
        said = _written([key for key in keys if key.rank <= rank])
        if said.cell_len <= width:
            break
    return said


def _idle(status: Mapping[str, Any] | None) -> tuple[Key, ...]:
    song = status["songs"][status["song_index"]] if status is not None else None
    has_tempo = song is not None and not song["is_free"]
    has_sections = song is not None and len(song["sections"]) > 1
    is_changed = status is not None and (
        status["tempo_changed"] or status["looped"] or bool(status["starts_from"])
    )
    return (
        Key("⏎", "songs", 0),
        Key("←→", "song", 4),
        *((Key(", .", "section", 1),) if has_sections else ()),
        *((Key("l", "loop", 1),) if has_tempo else ()),
        *((Key("t", "tap", 1), Key("+ -", "tempo", 1)) if has_tempo else ()),
        *((Key("W", "as written", 0),) if is_changed else ()),
        Key("↑↓", "click", 2),
        Key("c", "mute", 3),
        Key("n", "no good", 5),
        Key("b", "stage", 6),
        Key("q", "leave", 0),
    )


def _written(keys: list[Key]) -> Text:
    text = Text()
    for key in keys:
        text.append(f" {key.sign} ", style=f"bold {paint.STAND_IN}")
        text.append(f"{key.what} ", style=paint.FAINT)
    return text
