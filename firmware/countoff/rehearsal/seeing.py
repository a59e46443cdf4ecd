"""What screen and tally show, against what a script says that they must. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.session.lighting import tally_view
from countoff.core.session.view import screen_view

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.core.screen.view import ScreenView
    from countoff.core.session.state import State
    from countoff.rehearsal.statements import Fact


def differences(facts: Sequence[Fact], state: State, at_ns: int) -> list[str]:
    """Return a sentence for each of `facts` that `state` does not show at host time `at_ns`."""
    view = screen_view(state, at_ns)
    sentences = []
    for fact in facts:
        found = _shown(fact.name, view, state, at_ns)
        is_so = _is_in(fact.value, found) if fact.name == "fault" else found == fact.value
        if not is_so:
            expected, shown = _written(fact.name, fact.value), _written(fact.name, found)
            sentences.append(f"expected {fact.name} {expected}; found {shown}.")
    return sentences


def _shown(name: str, view: ScreenView, state: State, at_ns: int) -> str | int | None:
    if name == "tally":
        return str(tally_view(state, at_ns).light)
    if name == "phase":
        return str(state.phase)
    return _ON_THE_SCREEN[name](view)


def _of_last_take(name: str) -> Callable[[ScreenView], str | int | None]:
    return lambda view: None if view.last_take is None else getattr(view.last_take, name)


_ON_THE_SCREEN: dict[str, Callable[[ScreenView], str | int | None]] = {
    "page": lambda view: view.page,
    "message": lambda view: view.message,
    "bar": lambda view: view.bar,
    "beat": lambda view: view.beat,
    "bars left": lambda view: view.bars_left,
    "section": lambda view: view.section,
    "song": lambda view: view.song,
    "tempo": lambda view: view.tempo,
    "tempo is": lambda view: "changed" if view.tempo_changed else "as written",
    "meter": lambda view: view.meter,
    "starts from": lambda view: view.starts_from,
    "looped": lambda view: "yes" if view.looped else "no",
    "elapsed": lambda view: view.elapsed,
    "take": lambda view: view.take_number,
    "next take": lambda view: view.next_take_number,
    "last take": _of_last_take("number"),
    "how": _of_last_take("how"),
    "flags": _of_last_take("flags"),
    "incidents": _of_last_take("incident_count"),
    "certified": _of_last_take("click"),
    "verdict": _of_last_take("verdict"),
    "without click": lambda view: "yes" if view.without_click else "no",
    "ring-out": lambda view: view.ring_out_left_s,
    "click": lambda view: "muted" if view.click_muted else "on",
    "click level": lambda view: view.click_level_db,
    "rehearsing": lambda view: "yes" if view.rehearsing else "no",
    "fault": lambda view: " ".join((view.fault_title, *view.fault_lines)),
}


# What a script writes in quotes.
_TEXTS = frozenset(
    {
        "message",
        "section",
        "song",
        "starts from",
        "elapsed",
        "flags",
        "certified",
        "verdict",
        "fault",
    }
)


def _is_in(expected: object, found: object) -> bool:
    return str(expected).lower() in str(found).lower()


def _written(name: str, value: str | int | None) -> str:
    if value is None or value == "":
        return "nothing"
    return f'"{value}"' if name in _TEXTS else str(value)
