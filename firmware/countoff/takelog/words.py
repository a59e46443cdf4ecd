"""What the take log's lists and sentences call things. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from countoff.takelog.details import LoggedFlag, LoggedIncident
    from countoff.takelog.edits import LoggedEdit
    from countoff.takelog.session_day import Player
    from countoff.takelog.summaries import TakeSummary

_SECONDS_PER_MINUTE = 60
_MINUTES_PER_HOUR = 60

FLAG_WORDS = {"keeper": "KEEP", "fix_here": "FIX", "no_good": "NO GOOD", "marker": "MARK"}


def printable(text: str) -> str:
    """Return `text` with a sign in place of whatever a terminal would obey."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def take_words(take: TakeSummary) -> str:
    """Return what a take is called in a sentence: T4 of Harbour."""
    return f"T{take.number} of {take.song}"


def minutes(seconds: float) -> str:
    """Write a time in a take as people say it: 1:23."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def place_label(placed: LoggedFlag | LoggedIncident) -> str:
    """Return where something is in a take: bar 33, bar 33.2, 1:05; empty where nobody knows it."""
    if placed.elapsed_s is not None:
        return minutes(placed.elapsed_s)
    if placed.bar is None:
        return ""
    return f"bar {placed.bar}" if placed.beat in {None, 1} else f"bar {placed.bar}.{placed.beat}"


def place_words(bar: int | None, beat: int | None, elapsed_s: float | None) -> str:
    """Return a place in a take as a sentence has it: at bar 33.2, at 1:23, for the whole take."""
    if elapsed_s is not None:
        return f"at {minutes(elapsed_s)}"
    if bar is None:
        return "for the whole take"
    return f"at bar {bar}" if beat in (None, 1) else f"at bar {bar}.{beat}"


def daw_time(seconds: float | Fraction) -> str:
    """Return a place on a DAW's timeline as it displays it: 1:02:03.456.

    What is before its beginning has a -: bar 1 of a song where a take began at the bridge, which
    nobody has played.
    """
    millis = round(abs(Fraction(seconds)) * 1000)
    in_minutes, millis = divmod(millis, 1000 * _SECONDS_PER_MINUTE)
    in_hours, in_minutes = divmod(in_minutes, _MINUTES_PER_HOUR)
    sign = "-" if seconds < 0 and (in_hours or in_minutes or millis) else ""
    return f"{sign}{in_hours}:{in_minutes:02}:{millis // 1000:02}.{millis % 1000:03}"


def hours(seconds: float) -> str:
    """Return a length as people say it: 41 min, 3 h 12 min; below a minute 23 s."""
    in_minutes = round(seconds / _SECONDS_PER_MINUTE)
    if seconds < _SECONDS_PER_MINUTE:
        return f"{round(seconds)} s"
    if in_minutes < _MINUTES_PER_HOUR:
        return f"{in_minutes} min"
    return f"{in_minutes // _MINUTES_PER_HOUR} h {in_minutes % _MINUTES_PER_HOUR:02} min"


def players_words(players: Iterable[Player]) -> str:
    """Return who plays what: Ann (drums), Bo (bass)."""
    return ", ".join(f"{player.name} ({player.instrument})" for player in players)


def edit_words(edit: LoggedEdit, call_take: Callable[[str], str]) -> str:
    """Return what an edit says, in a few words; `call_take` names a take by its id.

    A kind that is not known here, of a later Countoff, is named as it is.
    """
    take = "" if edit.take_id is None else call_take(edit.take_id)
    value, song = edit.value, edit.song
    match edit.kind:
        case "rating":
            return f"rating {value} for {take}"
        case "note":
            return f'note on {take or "the session"}: "{value}"'
        case "name":
            return f'name "{value}" for {take}' if value else f"no name for {take}"
        case "flag":
            return f"{_flag_words(value)} of {take}"
        case "flag_taken_back":
            return f"{_flag_words(value)} of {take} taken back"
        case "move":
            return f"{take} moved to T{value['number']} of {value['song']}"
        case "next_number":
            return f"T{value} for the next take of {song}"
        case "comp_choice":
            chosen = "as proposed" if value is None else call_take(value)
            of = "master" if edit.section_index is None else f"section {edit.section_index + 1}"
            return f"{of} in the comp of {song}: {chosen}"
        case "engineer" | "room":
            return f"{edit.kind}: {value or 'none'}"
        case "player":
            where = f" in {song}" if song else ""
            return f"{value['player']}{where}: {value['instrument'] or 'does not play'}"
        case other:
            return other.replace("_", " ")


def _flag_words(flag: dict[str, Any]) -> str:
    place = place_words(flag.get("bar"), flag.get("beat"), flag.get("elapsed_s"))
    return f"{FLAG_WORDS.get(flag['kind'], flag['kind'])} {place}"
