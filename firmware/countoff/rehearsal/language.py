"""The words of the script language: what each can be followed by, and what it means. Pure.

Two tables of forms: what can be said of a moment, and what of the whole session. To add something
that can be said, add its form here and its value to `statements`.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from countoff.control.requests import ACTIONS
from countoff.core.entries import FlagKind
from countoff.core.events import Pedal
from countoff.core.section import Subdivision
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight
from countoff.core.tempo import Meter, Tempo
from countoff.core.voice import Voice
from countoff.rehearsal.grammar import (
    Form,
    MisreadError,
    Reader,
    listed,
    literal,
    matching,
    one_of,
    read_one,
)
from countoff.rehearsal.statements import (
    Bounce,
    Break,
    ChangeSongs,
    Choose,
    DoAction,
    End,
    Fact,
    Fault,
    HeardAfter,
    HeardAt,
    HeardCount,
    HeardEvery,
    HeardNothing,
    HeardNothingFor,
    HeardNow,
    Hold,
    LoggedClick,
    LoggedDayClick,
    LoggedDayTempo,
    LoggedFlag,
    LoggedFlags,
    LoggedIncident,
    LoggedIncidents,
    LoggedPress,
    LoggedStart,
    LoggedTake,
    LoggedTakes,
    LoggedTempo,
    Place,
    Press,
    See,
    SentExactly,
    SentNothing,
    SentSoon,
    SentTimes,
    Span,
    Stomp,
    TakeName,
    Tap,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_NS_PER_SECOND = 1_000_000_000
# What the DAW is told at a press may come a moment later: it is stopped and sent elsewhere first.
_SOON_NS = _NS_PER_SECOND // 2

ANY_CLICK = "click"
KINDS = {
    Voice.ACCENT: "accent",
    Voice.GROUP: "group",
    Voice.BEAT: "beat",
    Voice.SUBDIVISION: "subdivision",
    Voice.COUNT_IN_ACCENT: "count-in accent",
    Voice.COUNT_IN: "count-in beat",
}
"""What a script calls each voice."""

# What a song line can say; song files can say more.
_SLOWEST_QUARTERS_PER_MINUTE = 10
_FASTEST_QUARTERS_PER_MINUTE = 999
_MOST_COUNT_IN_BARS = 8
_MOST_BARS = 9999
_SUBDIVISIONS = {
    "none": Subdivision.NONE,
    "8th": Subdivision.EIGHTH,
    "triplet": Subdivision.TRIPLET,
    "16th": Subdivision.SIXTEENTH,
    "auto": Subdivision.AUTO,
}


# The slots. Each reads one value; see `grammar`.


def read_time(words: Sequence[str], index: int) -> tuple[int, int]:
    """Read 1.5, 1.5 s, 12:30 or 1:00:00 as ns from the beginning."""
    if index < len(words) and ":" in words[index]:
        parts = words[index].split(":")
        if len(parts) <= 3 and all(part.replace(".", "", 1).isdigit() for part in parts):
            seconds = Decimal(0)
            for part in parts:
                seconds = 60 * seconds + Decimal(part)
            return int(seconds * _NS_PER_SECOND), index + 1
    try:
        return read_length(words, index, default_unit="s")
    except MisreadError as misread:
        raise MisreadError(misread.index, "a time such as 1.5, 12:30 or 1:00:00") from None


_UNITS_NS = {"s": _NS_PER_SECOND, "ms": _NS_PER_SECOND // 1000, "min": 60 * _NS_PER_SECOND}


def read_length(
    words: Sequence[str], index: int, default_unit: str | None = None
) -> tuple[int, int]:
    """Read 0.7 s, 700 ms or 2 min as ns."""
    expected = "a length such as 0.7 s, 20 ms or 2 min"
    if index >= len(words):
        raise MisreadError(index, expected)
    number = words[index].rstrip("smin")
    unit = words[index][len(number) :]
    index += 1
    if not unit and index < len(words) and words[index].lower() in _UNITS_NS:
        unit = words[index].lower()
        index += 1
    unit = unit or default_unit or ""
    if not number.replace(".", "", 1).isdigit():
        raise MisreadError(index - 1, expected)
    if unit not in _UNITS_NS:
        raise MisreadError(index, "a unit (s, ms or min)", tuple(_UNITS_NS))
    return int(Decimal(number) * _UNITS_NS[unit]), index


def read_place(words: Sequence[str], index: int) -> tuple[Place, int]:
    """Read 12.1, 12 (its first beat), or 12.1 pass 3 as a place."""
    place, index = _bar_beat(words, index)
    if index < len(words) and words[index].lower() == "pass":
        pass_number, index = _number_from(1, _MOST_BARS)(words, index + 1)
        return replace(place, pass_number=pass_number), index
    return place, index


def _place(word: str) -> Place:
    bar, _, beat = word.partition(".")
    if beat and int(beat) < 1:
        raise ValueError("beats count from 1")
    return Place(int(bar), int(beat or 1))


def _tempo(word: str) -> Tempo:
    value = Decimal(word)
    slowest, fastest = _SLOWEST_QUARTERS_PER_MINUTE, _FASTEST_QUARTERS_PER_MINUTE
    if not slowest <= value <= fastest:
        raise ValueError(f"from {slowest} to {fastest} quarter notes a minute")
    return Tempo(Fraction(value))


def _number_from(lowest: int, highest: int) -> Reader:
    """Return a reader of a whole number within limits."""

    def within(word: str) -> int:
        if not lowest <= int(word) <= highest:
            raise ValueError(f"from {lowest} to {highest}")
        return int(word)

    return matching("a whole number", r"\d+", within)


def _db(words: Sequence[str], index: int) -> tuple[int, int]:
    if index < len(words):
        number = words[index].lower().removesuffix("db")
        if number.lstrip("+-").isdigit():
            after = index + 1
            if number == words[index].lower():
                after = literal(words, after, "db")
            return int(number), after
    raise MisreadError(index, "a level such as -4 dB")


def _take_name(words: Sequence[str], index: int) -> tuple[TakeName, int]:
    index = literal(words, index, "take")
    number, index = _count(words, index)
    if index + 1 < len(words) and words[index].lower() == "of" and words[index + 1][0] == '"':
        song, index = _text(words, index + 1)
        return TakeName(number, song), index
    return TakeName(number), index


def _point(words: Sequence[str], index: int) -> tuple[int | Place, int]:
    if index < len(words) and words[index].lower() == "bar":
        return read_place(words, index + 1)
    try:
        return read_time(words, index)
    except MisreadError:
        raise MisreadError(index, "a place such as bar 12.1 or a time such as 1.5") from None


def _meaning(words: Sequence[str], index: int) -> tuple[str, int]:
    meaning, index = _plain_meaning(words, index)
    if meaning != "locate":
        return str(meaning), index
    place_ns, index = read_time(words, index)
    minutes, seconds = divmod(place_ns // _NS_PER_SECOND, 60)
    return f"locate {minutes // 60:02}:{minutes % 60:02}:{seconds:02}", index


def _facts(words: Sequence[str], index: int) -> tuple[Any, int]:
    return listed(_fact, ",")(words, index)


def _fact(words: Sequence[str], index: int) -> tuple[tuple[Fact, ...], int]:
    return read_one(_FACTS, SLOTS, words, index, to_end=False)


def _song_part(words: Sequence[str], index: int) -> tuple[tuple[str, Any], int]:
    return read_one(_SONG_PARTS, SLOTS, words, index, to_end=False)


def _seconds_in(words: Sequence[str], index: int) -> tuple[int, int]:
    at_ns, index = read_time(words, index)
    return at_ns // _NS_PER_SECOND, index


_bar_beat = matching("a place such as 12.1 (bar and beat)", r"-?\d+(\.\d+)?", _place)
_count = matching("a whole number", r"\d+", int)
_file = matching(
    "a song file such as kingdom.toml", r'"?[^"]+\.toml"?', lambda word: word.strip('"')
)
_text = matching('a text in quotes such as "Verse"', r'"[^"]+"', lambda word: word.strip('"'))
_plain_meaning = one_of(
    "what the DAW is told",
    {"record exit": "record exit", "record": "record", "stop": "stop", "locate": "locate"},
)
_SAID_KINDS = {kind: kind for kind in (*KINDS.values(), ANY_CLICK)}
_PLURALS = {f"{kind}s": kind for kind in _SAID_KINDS}

SLOTS: dict[str, Reader] = {
    "PEDAL": one_of("a pedal", {str(pedal): pedal for pedal in Pedal}),
    "ACTION": one_of("an action", {action: action for action in ACTIONS}),
    "COUNT": _count,
    "TEXT": _text,
    "TIME": read_time,
    "LENGTH": read_length,
    "PLACE": read_place,
    "POINT": _point,
    "DB": _db,
    "TAKE": _take_name,
    "KIND": one_of("a kind of click", _SAID_KINDS),
    "KINDS": one_of("a kind of click", _PLURALS | _SAID_KINDS),
    "FLAG": one_of("a flag", {str(kind).replace("_", " "): str(kind) for kind in FlagKind}),
    "HOW": one_of(
        "how a take ended",
        {"ended": "ended", "false start": "false_start", "cancelled": "cancelled", "open": "open"},
    ),
    "FAULT": one_of("what fails", {str(fault): fault for fault in Fault if fault is not Fault.GAP}),
    "PAGE": one_of(
        "a page",
        {page: page for page in ("idle", "count_in", "rolling", "ring_out", "after_take", "fault")},
    ),
    "PHASE": one_of("a phase", {str(phase): str(phase) for phase in Phase}),
    "LIGHT": one_of("a light of the tally", {str(light): str(light) for light in TallyLight}),
    "MEANING": _meaning,
    "MEANINGS": listed(_meaning, ","),
    "FACTS": _facts,
    "SONGPARTS": listed(_song_part, None),
    "TEMPO": matching("a tempo such as 92.5", r"\d+(\.\d+)?", _tempo),
    "METER": matching(
        "a meter such as 7/8", r"\d+/\d+", lambda word: Meter(*map(int, word.split("/")))
    ),
    "SHOWN": matching("a tempo such as 92.5", r"\d+(\.\d+)?", str),
    "SUBDIVISION": one_of("a subdivision", _SUBDIVISIONS),
    "TIMES": _number_from(1, 1000),
    "COUNTIN": _number_from(0, _MOST_COUNT_IN_BARS),
    "BARS": _number_from(1, _MOST_BARS),
    "FILE": _file,
    "FILES": listed(_file, ","),
    "SECOND": _seconds_in,
}


# The forms.


def _said(name: str) -> Any:  # noqa: ANN401 - a builder of a fact from whatever its slot reads
    return lambda value=None: (Fact(name, value),)


_FACTS = (
    Form("page PAGE", _said("page")),
    Form("phase PHASE", _said("phase")),
    Form("tally LIGHT", _said("tally")),
    Form("message TEXT", _said("message")),
    Form("no message", lambda: (Fact("message", ""),)),
    Form(
        "bar COUNT [beat COUNT]",
        lambda bar, beat: (Fact("bar", bar), *([] if beat is None else [Fact("beat", beat)])),
    ),
    Form("bars left COUNT", _said("bars left")),
    Form("section TEXT", _said("section")),
    Form("song TEXT", _said("song")),
    Form("tempo SHOWN", _said("tempo")),
    Form("no tempo", lambda: (Fact("tempo", ""),)),
    Form("tempo changed", lambda: (Fact("tempo is", "changed"),)),
    Form("tempo as written", lambda: (Fact("tempo is", "as written"),)),
    Form("meter METER", lambda meter: (Fact("meter", str(meter)),)),
    Form("starts from TEXT", _said("starts from")),
    Form("from the top", lambda: (Fact("starts from", ""),)),
    Form("looped", lambda: (Fact("looped", "yes"),)),
    Form("not looped", lambda: (Fact("looped", "no"),)),
    Form("elapsed TEXT", _said("elapsed")),
    Form("take COUNT", _said("take")),
    Form("next take COUNT", _said("next take")),
    Form(
        "last take COUNT HOW",
        lambda number, how: (Fact("last take", number), Fact("how", how.replace("_", " "))),
    ),
    Form("flags TEXT", _said("flags")),
    Form("incidents COUNT", _said("incidents")),
    Form("ring-out COUNT s", _said("ring-out")),
    Form("click muted", lambda: (Fact("click", "muted"),)),
    Form("click on", lambda: (Fact("click", "on"),)),
    Form("click level DB", _said("click level")),
    Form("rehearsing", lambda: (Fact("rehearsing", "yes"),)),
    Form("fault TEXT", _said("fault")),
)

_SONG_PARTS = (
    Form("tempo TEMPO", lambda tempo: ("tempo", tempo)),
    Form("meter METER", lambda meter: ("meter", meter)),
    Form("count-in COUNTIN bars", lambda bars: ("count-in", bars)),
    Form("length BARS bars", lambda bars: ("length", bars)),
    Form("subdivision SUBDIVISION", lambda subdivision: ("subdivision", subdivision)),
    Form("section TEXT at bar BARS", lambda name, bar: ("section", (name, bar))),
)
A_SONG = (Form("song TEXT SONGPARTS", lambda title, parts: (title, parts)),)
A_SONG_FILE = (Form("song file FILE", lambda name: name),)

AT_A_MOMENT: tuple[Form, ...] = (
    Form(
        "press PEDAL [TIMES times in LENGTH]",
        lambda pedal, count, within_ns: Press(pedal, count or 1, within_ns or 0),
    ),
    Form("hold PEDAL LENGTH", Hold),
    Form("bounce PEDAL", Bounce),
    Form("stomp PEDAL PEDAL", Stomp),
    Form("do ACTION", DoAction),
    Form("choose TEXT [from TEXT]", lambda title, section: Choose(title, section or "")),
    Form(
        "choose TEXT [from TEXT] looped",
        lambda title, section: Choose(title, section or "", is_looped=True),
    ),
    Form("tap TIMES times at TEMPO", lambda count, tempo: Tap(count, tempo.quarters_per_minute)),
    Form(
        "tap TIMES times at TEMPO but number TIMES LENGTH late",
        lambda count, tempo, bad, late_ns: Tap(count, tempo.quarters_per_minute, bad, late_ns),
    ),
    Form("songs change to file FILES", ChangeSongs),
    Form("fault FAULT", Break),
    Form("fault gap COUNT frames", lambda frames: Break(Fault.GAP, frames)),
    Form("end", End),
    Form("see FACTS", lambda facts: See(tuple(fact for group in facts for fact in group))),
    Form(
        "sent MEANING [within LENGTH]",
        lambda meaning, within_ns: SentSoon(meaning, within_ns or _SOON_NS),
    ),
    Form("sent nothing for LENGTH", SentNothing),
    Form("heard KIND [at DB]", HeardNow),
    Form("heard KIND after LENGTH", HeardAfter),
    Form("heard nothing for LENGTH", HeardNothingFor),
)

OF_THE_SESSION: tuple[Form, ...] = (
    Form("sent nothing", SentNothing),
    Form("sent MEANING COUNT times", SentTimes),
    Form("sent exactly MEANINGS", SentExactly),
    Form(
        "heard COUNT KINDS from POINT to POINT [of TAKE]",
        lambda count, kind, start, end, take: HeardCount(count, kind, Span(start, end), take),
    ),
    Form("heard KIND at bar PLACE [at DB] [of TAKE]", HeardAt),
    Form("heard every click from bar PLACE to bar PLACE [at DB] [of TAKE]", HeardEvery),
    Form("heard nothing", HeardNothing),
    Form(
        "heard nothing from POINT [to POINT] [of TAKE]",
        lambda start, end, take: HeardNothing(Span(start, end), take),
    ),
    Form("logged no take", lambda: LoggedTakes(0)),
    Form("logged 1 take", lambda: LoggedTakes(1)),
    Form("logged COUNT takes", LoggedTakes),
    Form("logged TAKE HOW [at bar PLACE]", LoggedTake),
    Form(
        "logged TAKE from TEXT bar COUNT",
        lambda take, section, bar: LoggedStart(take, section, bar, is_looped=False),
    ),
    Form(
        "logged TAKE looping TEXT bar COUNT",
        lambda take, section, bar: LoggedStart(take, section, bar, is_looped=True),
    ),
    Form(
        "logged TAKE at tempo TEMPO [instead of TEMPO]",
        lambda take, tempo, written: LoggedTempo(
            take,
            tempo.quarters_per_minute,
            None if written is None else written.quarters_per_minute,
        ),
    ),
    Form("logged TAKE with click at DB", LoggedClick),
    Form("logged TAKE with click muted", lambda take: LoggedClick(take, None)),
    Form(
        "logged TEXT at tempo TEMPO for the day",
        lambda song, tempo: LoggedDayTempo(song, tempo.quarters_per_minute),
    ),
    Form("logged click at DB for the day", LoggedDayClick),
    Form("logged click muted for the day", lambda: LoggedDayClick(None)),
    Form("logged flag FLAG at bar PLACE [of TAKE]", LoggedFlag),
    Form("logged flag FLAG at SECOND [of TAKE]", LoggedFlag),
    Form(
        "logged flag FLAG at bar PLACE [of TAKE] taken back",
        lambda kind, place, take: LoggedFlag(kind, place, take, is_taken_back=True),
    ),
    Form("logged flag FLAG for the whole TAKE", lambda kind, take: LoggedFlag(kind, None, take)),
    Form("logged no flag [of TAKE]", lambda take: LoggedFlags(0, take)),
    Form("logged 1 flag [of TAKE]", lambda take: LoggedFlags(1, take)),
    Form("logged COUNT flags [of TAKE]", LoggedFlags),
    Form("logged incident TEXT [at bar PLACE] [of TAKE]", LoggedIncident),
    Form("logged no incident [of TAKE]", lambda take: LoggedIncidents(0, take)),
    Form("logged 1 incident [of TAKE]", lambda take: LoggedIncidents(1, take)),
    Form("logged COUNT incidents [of TAKE]", LoggedIncidents),
    Form("logged press PEDAL TEXT [COUNT times]", LoggedPress),
    Form("logged ACTION TEXT [COUNT times]", LoggedPress),
)
