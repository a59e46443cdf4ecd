"""The language of rehearsal scripts: a session as a day in the studio reads. Pure.

    # A drummer's first take.
    song "Long Way Down" tempo 92.5 meter 7/8 count-in 2 bars length 32 bars
    at 1.0            press ROLL
                      sent record within 10 ms
                      see page count_in, tally count_in
    bar 12.1          press KEEPER
                      see message "KEEP T1 BAR 12"
    bar 16.3          hold ROLL 0.7 s
    bar 17.1 + 0.1 s  see page ring_out
    after 3 s         press ROLL
                      sent stop
    heard every click from bar -1.1 to bar 17.1
    heard nothing from bar 17.1
    logged take 1 ended at bar 16.7
    logged flag keeper at bar 12.1

A line begins with its moment: `at` a time of the session (1.0, 12:30 or 1:00:00), `after` so long
from when the line above was done, or at a `bar` and beat of the running take (the count-in's bars
are 0, -1 and so on), a little later or earlier with + or -. An indented line belongs to the line
above: it is looked at, or done, when the foot is up again there, and what is sent and heard is
counted from the press. A line without a moment speaks of the whole session. # begins a remark.

What can be done:

    press PEDAL [COUNT times in LENGTH]      hold PEDAL LENGTH       bounce PEDAL
    stomp PEDAL PEDAL                        do ACTION               end
    fault audio lost | audio back | player replaced | daw lost | daw back | gap COUNT frames

What can be expected at a moment:

    see FACT, FACT ...      page, phase, tally, message "…", no message, bar N [beat N], bars left N,
                            section "…", song "…", take N, next take N, last take N ended,
                            ring-out N s, click muted, click on, click level N dB, rehearsing,
                            flags "…", incidents N, fault "…"
    sent record | record exit | stop | locate TIME [within LENGTH]   sent nothing for LENGTH
    heard accent | beat | subdivision | click [after LENGTH | at LEVEL dB]
    heard nothing for LENGTH

and of the whole session (`of take N`, or `of take N of "song"`, where there are several):

    sent MEANING COUNT times                 sent exactly MEANING, MEANING ...      sent nothing
    heard COUNT clicks from POINT to POINT   heard accent at bar N.N [at LEVEL dB]
    heard every click from bar N.N to bar N.N
    heard nothing [from POINT [to POINT]]
    logged COUNT takes                       logged take N ended | false start | cancelled | open
    logged flag KIND at bar N.N [of take N] [taken back]                [at bar N.N]
    logged flag KIND for the whole take [N]  logged COUNT flags
    logged incident "…" [at bar N.N]         logged COUNT incidents
    logged press PEDAL "what came of it" [COUNT times]
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from countoff.control.requests import ACTIONS
from countoff.core.entries import FlagKind
from countoff.core.events import Pedal
from countoff.core.plan import Voice
from countoff.core.session.pedals import Phase
from countoff.core.song import BUILT_IN_SONG, Section, Song, Subdivision
from countoff.core.tally import TallyLight
from countoff.core.tempo import BarBeat, Meter, Tempo
from countoff.rehearsal.grammar import (
    Form,
    MisreadError,
    Reader,
    listed,
    literal,
    matching,
    one_of,
    read_one,
    sentence_of,
    words_of,
)
from countoff.rehearsal.statements import (
    AfterLast,
    AtPlace,
    AtTime,
    Bounce,
    Break,
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
    Line,
    LoggedFlag,
    LoggedFlags,
    LoggedIncident,
    LoggedIncidents,
    LoggedPress,
    LoggedTake,
    LoggedTakes,
    Press,
    Script,
    See,
    SentExactly,
    SentNothing,
    SentSoon,
    SentTimes,
    Span,
    Stomp,
    TakeName,
    When,
    WithLast,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_NS_PER_SECOND = 1_000_000_000
# What the DAW is told at a press may come a moment later: it is stopped and sent elsewhere first.
_SOON_NS = _NS_PER_SECOND // 2

ANY_CLICK = "click"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line."""

    line_number: int
    sentence: str


class ScriptError(ValueError):
    """A script that cannot be understood, with all its mistakes."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(f"line {m.line_number}: {m.sentence}" for m in mistakes))
        self.mistakes = tuple(mistakes)


def parse_script(text: str) -> Script:
    """Return the script that `text` says. Raises ScriptError with every mistake in it."""
    songs: list[Song] = []
    lines: list[Line] = []
    mistakes: list[Mistake] = []
    for number, written in enumerate(text.splitlines(), start=1):
        words = words_of(written)
        if not words:
            continue
        is_indented = written[:1].isspace()
        try:
            if words[0].lower() == "song" and not is_indented:
                songs.append(_song(words, songs))
            else:
                last = lines[-1] if lines else None
                lines.append(_line(number, words, last, is_indented=is_indented))
        except MisreadError as misread:
            mistakes.append(Mistake(number, sentence_of(misread, words)))
        except _MistakenError as mistaken:
            mistakes.append(Mistake(number, str(mistaken)))
    mistakes += _times_that_go_back(lines)
    if not lines and not mistakes:
        mistakes.append(Mistake(1, "the script says nothing."))
    if mistakes:
        raise ScriptError(sorted(mistakes, key=lambda mistake: mistake.line_number))
    return Script(tuple(songs) or (BUILT_IN_SONG,), tuple(lines))


class _MistakenError(ValueError):
    """A line whose words are right and whose meaning is not."""


def _line(number: int, words: Sequence[str], last: Line | None, *, is_indented: bool) -> Line:
    when, start = _when(words, is_indented=is_indented)
    if isinstance(when, WithLast) and (last is None or last.when is None):
        raise _MistakenError(
            "it is indented, but the line above has no moment that it could belong to."
        )
    forms, others = (_AT_A_MOMENT, _OF_THE_SESSION)
    if when is None:
        forms, others = others, forms
    try:
        statement, _ = read_one(forms, _SLOTS, words, start)
    except MisreadError as misread:
        try:
            read_one(others, _SLOTS, words, start)
        except MisreadError as other:
            raise max(misread, other, key=lambda one: one.index) from None
        raise _MistakenError(
            "it needs a moment: begin with at, after or bar, or indent it under a line that does."
            if when is None
            else "it speaks of the whole session: put it on a line without a moment."
        ) from None
    return Line(number, " ".join(words), when, statement)


def _when(words: Sequence[str], *, is_indented: bool) -> tuple[When | None, int]:
    """Return when a line comes, and the index of the first word after that."""
    first = words[0].lower()
    if first == "at":
        at_ns, index = _time(words, 1)
        return AtTime(at_ns), index
    if first == "after":
        wait_ns, index = _length(words, 1)
        return AfterLast(wait_ns), index
    if first == "bar":
        place, index = _place(words, 1)
        if index < len(words) and words[index] in ("+", "-"):
            sign = 1 if words[index] == "+" else -1
            length_ns, index = _length(words, index + 1)
            return AtPlace(place, sign * length_ns), index
        return AtPlace(place, 0), index
    return (WithLast(), 0) if is_indented else (None, 0)


def _times_that_go_back(lines: Sequence[Line]) -> list[Mistake]:
    mistakes = []
    latest_ns, latest_line = 0, 0
    for line in lines:
        if not isinstance(line.when, AtTime):
            continue
        if line.when.at_ns < latest_ns:
            sentence = (
                f"it comes at {seconds_text(line.when.at_ns)}, before line {latest_line},"
                f" which comes at {seconds_text(latest_ns)}: write the lines in order."
            )
            mistakes.append(Mistake(line.number, sentence))
        else:
            latest_ns, latest_line = line.when.at_ns, line.number
    return mistakes


def seconds_text(at_ns: int) -> str:
    """Write a length or moment in seconds, as scripts do: 12.5 s."""
    return f"{at_ns / _NS_PER_SECOND:.6f}".rstrip("0").rstrip(".") + " s"


# The slots. Each reads one value; see `grammar`.


def _time(words: Sequence[str], index: int) -> tuple[int, int]:
    """Read 1.5, 1.5 s, 12:30 or 1:00:00 as ns from the beginning."""
    if index < len(words) and ":" in words[index]:
        parts = words[index].split(":")
        if len(parts) <= 3 and all(part.replace(".", "", 1).isdigit() for part in parts):
            seconds = Decimal(0)
            for part in parts:
                seconds = 60 * seconds + Decimal(part)
            return int(seconds * _NS_PER_SECOND), index + 1
    try:
        return _length(words, index, default_unit="s")
    except MisreadError as misread:
        raise MisreadError(misread.index, "a time such as 1.5, 12:30 or 1:00:00") from None


_UNITS_NS = {"s": _NS_PER_SECOND, "ms": _NS_PER_SECOND // 1000, "min": 60 * _NS_PER_SECOND}


def _length(words: Sequence[str], index: int, default_unit: str | None = None) -> tuple[int, int]:
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


def _bar_beat(word: str) -> BarBeat:
    bar, _, beat = word.partition(".")
    if int(beat) < 1:
        raise ValueError("beats count from 1")
    return BarBeat(int(bar), int(beat))


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


def _point(words: Sequence[str], index: int) -> tuple[int | BarBeat, int]:
    if index < len(words) and words[index].lower() == "bar":
        return _place(words, index + 1)
    try:
        return _time(words, index)
    except MisreadError:
        raise MisreadError(index, "a place such as bar 12.1 or a time such as 1.5") from None


def _meaning(words: Sequence[str], index: int) -> tuple[str, int]:
    meaning, index = _plain_meaning(words, index)
    if meaning != "locate":
        return str(meaning), index
    place_ns, index = _time(words, index)
    minutes, seconds = divmod(place_ns // _NS_PER_SECOND, 60)
    return f"locate {minutes // 60:02}:{minutes % 60:02}:{seconds:02}", index


def _facts(words: Sequence[str], index: int) -> tuple[Any, int]:
    return listed(_fact, ",")(words, index)


def _fact(words: Sequence[str], index: int) -> tuple[tuple[Fact, ...], int]:
    return read_one(_FACTS, _SLOTS, words, index, to_end=False)


def _song_part(words: Sequence[str], index: int) -> tuple[tuple[str, Any], int]:
    return read_one(_SONG_PARTS, _SLOTS, words, index, to_end=False)


_place = matching("a place such as 12.1 (bar and beat)", r"-?\d+\.\d+", _bar_beat)
_count = matching("a whole number", r"\d+", int)
_text = matching('a text in quotes such as "Verse"', r'"[^"]+"', lambda word: word.strip('"'))
_plain_meaning = one_of(
    "what the DAW is told",
    {"record exit": "record exit", "record": "record", "stop": "stop", "locate": "locate"},
)
_VOICES = {voice.name.lower(): voice.name.lower() for voice in Voice} | {ANY_CLICK: ANY_CLICK}
_PLURALS = {f"{kind}s": kind for kind in _VOICES}

_SLOTS: dict[str, Reader] = {
    "PEDAL": one_of("a pedal", {str(pedal): pedal for pedal in Pedal}),
    "ACTION": one_of("an action", {action: action for action in ACTIONS}),
    "COUNT": _count,
    "TEXT": _text,
    "TIME": _time,
    "LENGTH": _length,
    "PLACE": _place,
    "POINT": _point,
    "DB": _db,
    "TAKE": _take_name,
    "KIND": one_of("a kind of click", _VOICES),
    "KINDS": one_of("a kind of click", _PLURALS | _VOICES),
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
    "TEMPO": matching(
        "a tempo such as 92.5", r"\d+(\.\d+)?", lambda word: Tempo(Fraction(Decimal(word)))
    ),
    "METER": matching(
        "a meter such as 7/8", r"\d+/\d+", lambda word: Meter(*map(int, word.split("/")))
    ),
    "SUBDIVISION": one_of(
        "a subdivision",
        {
            "none": Subdivision.NONE,
            "8th": Subdivision.EIGHTH,
            "triplet": Subdivision.TRIPLET,
            "16th": Subdivision.SIXTEENTH,
        },
    ),
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
    Form("count-in COUNT bars", lambda bars: ("count-in", bars)),
    Form("length COUNT bars", lambda bars: ("length", bars)),
    Form("subdivision SUBDIVISION", lambda subdivision: ("subdivision", subdivision)),
    Form("section TEXT at bar COUNT", lambda name, bar: ("section", Section(name, bar))),
)
_SONG = (Form("song TEXT SONGPARTS", lambda title, parts: (title, parts)),)

_AT_A_MOMENT: tuple[Form, ...] = (
    Form(
        "press PEDAL [COUNT times in LENGTH]",
        lambda pedal, count, within_ns: Press(pedal, count or 1, within_ns or 0),
    ),
    Form("hold PEDAL LENGTH", Hold),
    Form("bounce PEDAL", Bounce),
    Form("stomp PEDAL PEDAL", Stomp),
    Form("do ACTION", DoAction),
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

_OF_THE_SESSION: tuple[Form, ...] = (
    Form("sent nothing", SentNothing),
    Form("sent MEANING COUNT times", SentTimes),
    Form("sent exactly MEANINGS", SentExactly),
    Form(
        "heard COUNT KINDS from POINT to POINT [of TAKE]",
        lambda count, kind, start, end, take: HeardCount(count, kind, Span(start, end), take),
    ),
    Form("heard KIND at bar PLACE [at DB] [of TAKE]", HeardAt),
    Form("heard every click from bar PLACE to bar PLACE [of TAKE]", HeardEvery),
    Form("heard nothing", HeardNothing),
    Form(
        "heard nothing from POINT [to POINT] [of TAKE]",
        lambda start, end, take: HeardNothing(Span(start, end), take),
    ),
    Form("logged no take", lambda: LoggedTakes(0)),
    Form("logged 1 take", lambda: LoggedTakes(1)),
    Form("logged COUNT takes", LoggedTakes),
    Form("logged TAKE HOW [at bar PLACE]", LoggedTake),
    Form("logged flag FLAG at bar PLACE [of TAKE]", LoggedFlag),
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


def _song(words: Sequence[str], before: Sequence[Song]) -> Song:
    (title, parts), _ = read_one(_SONG, _SLOTS, words, 0)
    said: dict[str, Any] = {}
    sections: list[Section] = []
    for name, value in parts:
        if name == "section":
            sections.append(value)
        elif name in said:
            raise _MistakenError(f"it says {name} twice.")
        else:
            said[name] = value
    if "tempo" not in said:
        raise _MistakenError(f'the song "{title}" needs a tempo, such as tempo 120.')
    if any(song.title == title for song in before):
        raise _MistakenError(f'there is a song "{title}" already: takes are counted by title.')
    first_bars = [section.first_bar for section in sections]
    if first_bars != sorted(set(first_bars)):
        raise _MistakenError("each section must begin on a later bar than the one before.")
    return Song(
        title=title,
        tempo=said["tempo"],
        meter=said.get("meter", BUILT_IN_SONG.meter),
        count_in_bars=said.get("count-in", BUILT_IN_SONG.count_in_bars),
        length_bars=said.get("length"),
        subdivision=said.get("subdivision", Subdivision.NONE),
        sections=tuple(sections),
    )
