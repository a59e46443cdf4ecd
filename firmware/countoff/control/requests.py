"""What a client may ask over the control socket, checked. Pure.

Each request and each answer is one JSON object in one packet:

    {"ask": "press", "pedal": "roll", "hold_s": 0.7}   -> {"ok": true}
    {"ask": "press", "pedal": "roll", "is_down": true} -> {"ok": true}, down until false or hung up
    {"ask": "do", "action": "stop"}                    -> {"ok": true}
    {"ask": "song", "title": "Kingdom"}                -> {"ok": true}, takes begin at its top
    {"ask": "song", "title": "Kingdom", "section": "Bridge", "is_looped": true}
    {"ask": "number", "title": "Kingdom", "number": 11} -> {"ok": true}, its next take is T11
    {"ask": "line_check", "is_attended": true}         -> {"ok": true}, told in the status
    {"ask": "status"}                                  -> {"ok": true, "status": {...}}
    {"ask": "watch"}                                   -> the same, and again at every change
    anything else                                      -> {"ok": false, "error": "a sentence"}
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from countoff.core.events import Pedal
from countoff.core.nearest import nearest_word
from countoff.core.session.pedals import Do

# A hold longer than this is not a foot.
LONGEST_HOLD_S = 30.0
SHORTEST_PRESS_S = 0.08
# As many digits as the screen has room for.
HIGHEST_NUMBER = 9999
ACTIONS = tuple(str(do) for do in Do if do not in (Do.NOTHING, Do.HINT_HOLD))


class RequestError(ValueError):
    """A request that cannot be understood; the sentence says what was wrong."""


@dataclass(frozen=True, slots=True)
class Press:
    """Step on a pedal for `hold_s` seconds."""

    pedal: Pedal
    hold_s: float


@dataclass(frozen=True, slots=True)
class Move:
    """Step on a pedal, or come off it; a client that hangs up comes off what it stands on."""

    pedal: Pedal
    is_down: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Have an action done."""

    action: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose a song, the section that takes begin with (empty for the top), and whether it loops."""

    title: str
    section: str
    is_looped: bool


@dataclass(frozen=True, slots=True)
class Number:
    """Set the number that the next take of a song is to have."""

    title: str
    number: int


@dataclass(frozen=True, slots=True)
class CheckLine:
    """Begin a line check; `is_attended` where somebody stands at the pedals."""

    is_attended: bool


@dataclass(frozen=True, slots=True)
class TellStatus:
    """Answer with the status; `keeps_watching` for again at every change."""

    keeps_watching: bool


Request = Press | Move | Ask | Choose | Number | CheckLine | TellStatus


def parse(packet: bytes) -> Request:
    """Return the request in `packet`. Raises RequestError."""
    try:
        values = json.loads(packet)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"A request is one JSON object; this is none: {error}.") from error
    if not isinstance(values, dict):
        raise RequestError(f"A request is one JSON object; found {type(values).__name__}.")
    match values.get("ask"):
        case "press":
            return _press(values)
        case "do":
            action = values.get("action")
            if action not in ACTIONS:
                raise RequestError(unknown_action(str(action)))
            return Ask(action)
        case "song":
            return _choose(values)
        case "number":
            return _number(values)
        case "line_check":
            return CheckLine(_is_attended(values))
        case "status":
            return TellStatus(keeps_watching=False)
        case "watch":
            return TellStatus(keeps_watching=True)
        case other:
            raise RequestError(
                f'"ask" is one of press, do, song, number, line_check, status, watch; found {other!r}.'
            )


def unknown_action(found: str) -> str:
    """Return the sentence for an action that does not exist."""
    allowed = [*Pedal, *ACTIONS]
    return f'There is no action "{found}".{nearest_word(found, allowed)} There are: ' + (
        ", ".join(allowed) + "."
    )


def _press(values: dict[str, object]) -> Press | Move:
    pedal = values.get("pedal")
    if not isinstance(pedal, str) or pedal not in list(Pedal):
        raise RequestError(f'"pedal" is one of {", ".join(Pedal)}; found {pedal!r}.')
    if "is_down" not in values:
        return Press(Pedal(pedal), _hold_s(values.get("hold_s", SHORTEST_PRESS_S)))
    is_down = values["is_down"]
    if not isinstance(is_down, bool):
        raise RequestError(f'"is_down" is true or false; found {is_down!r}.')
    if "hold_s" in values:
        raise RequestError('A press has "hold_s" or "is_down", not both: leave one of them out.')
    return Move(Pedal(pedal), is_down)


def _choose(values: dict[str, object]) -> Choose:
    title, section = values.get("title"), values.get("section", "")
    is_looped = values.get("is_looped", False)
    if not isinstance(title, str):
        raise RequestError(f'"title" is the title of a song; found {title!r}.')
    if not isinstance(section, str):
        raise RequestError(f'"section" is the name of one of its sections; found {section!r}.')
    if not isinstance(is_looped, bool):
        raise RequestError(f'"is_looped" is true or false; found {is_looped!r}.')
    return Choose(title, section, is_looped)


def _number(values: dict[str, object]) -> Number:
    title, number = values.get("title"), values.get("number")
    if not isinstance(title, str):
        raise RequestError(f'"title" is the title of a song; found {title!r}.')
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if not is_whole or not 1 <= number <= HIGHEST_NUMBER:  # type: ignore[operator]
        raise RequestError(
            f'"number" is a whole number from 1 to {HIGHEST_NUMBER}; found {number!r}.'
        )
    return Number(title, number)  # type: ignore[arg-type]


def _is_attended(values: dict[str, object]) -> bool:
    is_attended = values.get("is_attended", False)
    if not isinstance(is_attended, bool):
        raise RequestError(f'"is_attended" is true or false; found {is_attended!r}.')
    return is_attended


def _hold_s(found: object) -> float:
    is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
    if not is_number or not 0 <= found <= LONGEST_HOLD_S:  # type: ignore[operator]
        raise RequestError(
            f'"hold_s" is a number of seconds from 0 to {LONGEST_HOLD_S:g}; found {found!r}.'
        )
    return max(float(found), SHORTEST_PRESS_S)  # type: ignore[arg-type]
