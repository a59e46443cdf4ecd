"""What the line at the panel's head says of the song, and of what was changed today. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rich.text import Text

from countoff.panel import paint, words

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHANGED = f"bold {paint.LOOK}"


def nameplate(status: Mapping[str, Any]) -> Text:
    """Return song, where takes of it begin, tempo, meter, and the click where it is not as usual."""
    text = Text(status["song"], style=paint.ENGRAVED)
    if status["starts_from"]:
        text.append(f"  {words.start(status)}", style=_CHANGED)
    if status["tempo"]:
        text.append(f"  {status['tempo']} BPM", style=paint.FAINT)
        if status["tempo_changed"]:
            text.append(" today", style=_CHANGED)
        text.append(f"  {status['meter']}", style=paint.FAINT)
    else:
        text.append("  no click", style=paint.FAINT)
    text.append_text(_click(status))
    if status["stage_mode"]:
        text.append("  stage mode", style=_CHANGED)
    return text


def tempo_today(song: Mapping[str, Any]) -> str:
    """Return the tempo that a song of the status begins with today, if it is not the written one.

    In the beat that the written one is told in, and to one place: where a section further on was
    nudged, the top has no round number.
    """
    ratio = Fraction(song["tempo_ratio"])
    if song["is_free"] or ratio == 1:
        return ""
    return f"{float(Fraction(song['tempo']) * ratio):.1f}".removesuffix(".0")


def _click(status: Mapping[str, Any]) -> Text:
    if status["click_muted"]:
        return Text("  click muted", style=_CHANGED)
    level_db = status["click_level_db"]
    return Text(f"  click {level_db:+d} dB" if level_db else "", style=paint.FAINT)
