"""The state as a client of the control socket sees it: plain JSON values. Pure."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from countoff.control.told_line_check import told_line_check
from countoff.control.told_songs import told_songs
from countoff.core.session.asked import FALSE_START_BARS
from countoff.core.session.dimming import rest, screen_brightness, tally_brightness
from countoff.core.session.lighting import tally_view
from countoff.core.session.pedals import Do, PedalUse
from countoff.core.session.view import screen_view
from countoff.core.tally import COLOURS, brightness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from countoff.core.session.state import State


@dataclass(frozen=True, slots=True)
class LogCounts:
    """How much of what happened is on disk."""

    submitted: int
    saved: int
    folder: str


def status_of(
    state: State,
    at_ns: int,
    *,
    log: LogCounts,
    takes: Sequence[dict[str, Any]],
    image: Image | None,
) -> dict[str, Any]:
    """Return the status of `state` at host time `at_ns`.

    `image` is what the screen shows: 1024 bytes, a row of 128 pixels in 16, the leftmost the
    highest bit, in base64.
    """
    view = screen_view(state, at_ns)
    tally = tally_view(state, at_ns)
    shown = asdict(view)
    for key in (
        "health",
        "last_take",
        "wanderings",
        "fault_title",
        "fault_lines",
        "simulated_parts",
        "check",
    ):
        del shown[key]
    return {
        "at_ns": at_ns,
        "phase": str(state.phase),
        "session": {"id": state.session_id, "began_ns": state.session_began_ns},
        **shown,
        "tally": {
            "light": str(tally.light),
            "colour": COLOURS[tally.light],
            "brightness": brightness(tally.light, at_ns, tally.first_beat_ns, tally.beat_length_ns),
            "first_beat_ns": tally.first_beat_ns,
            "beat_length_ns": tally.beat_length_ns,
        },
        "pedals": _pedals(state, at_ns),
        "parts": {
            str(part): {"state": str(health.state), "sentence": health.sentence}
            for part, health in state.parts.items()
        },
        "has_sound": state.audio_is_here,
        "stage_mode": state.is_on_stage,
        "dimming": {
            "rest": str(rest(state, at_ns)),
            "screen": screen_brightness(state, at_ns),
            "tally": tally_brightness(state),
        },
        "line_check": told_line_check(state.line_check),
        **told_songs(state),
        "takes": list(takes),
        "log": {"submitted": log.submitted, "saved": log.saved, "folder": log.folder},
        "screen": base64.b64encode(image.tobytes()).decode() if image is not None else "",
    }


def _pedals(state: State, at_ns: int) -> dict[str, dict[str, Any]]:
    """Return of each pedal whether it is down, and what it does in this phase, at this moment."""
    tick = state.tick_at_ns(at_ns)
    bars = state.take.song.bars_begun_at_tick(tick) if state.take and tick is not None else 0
    table = state.settings.pedal_table
    pedals = {}
    for contact in state.feet.contacts:
        use = table.get((contact.pedal, state.phase), PedalUse())
        if use.press is Do.FALSE_START and bars > FALSE_START_BARS:
            use = replace(use, press=Do.HINT_HOLD)
        pedals[str(contact.pedal)] = {"is_down": contact.is_down, **asdict(use)}
    return pedals
