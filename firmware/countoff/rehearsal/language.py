"""The words of the script language: what each can be followed by, and what it means. Pure.

Two tables of forms: what can be said of a moment, and what of the whole session. To add something
that can be said, add its form here and its value to `statements`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from countoff.control.requests import ACTIONS
from countoff.core.daw import OnRecord, OnStop, WithoutAnswer
from countoff.core.entries import FlagKind
from countoff.core.events import Pedal
from countoff.core.midi_clock import ClockStart
from countoff.core.screen.view import Page
from countoff.core.section import Subdivision
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight
from countoff.core.tempo import Meter
from countoff.core.voice import Voice
from countoff.rehearsal.grammar import Form, Reader, listed, matching, one_of, read_one
from countoff.rehearsal.statements import (
    AnsweringBox,
    Bounce,
    Break,
    ChangeSongs,
    Choose,
    ClockExactly,
    ClockPulses,
    ClockWordAt,
    DawDoes,
    DawRecorded,
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
    LetDaw,
    LoggedAtDaw,
    LoggedCertificate,
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
    LoggedVerdict,
    Press,
    See,
    SentExactly,
    SentNothing,
    SentSoon,
    SentTimes,
    Span,
    Stomp,
    Tap,
    TimeCodeAt,
)
from countoff.rehearsal.values import (
    MOST_BARS,
    number_from,
    read_count,
    read_db,
    read_file,
    read_length,
    read_meaning,
    read_place,
    read_point,
    read_profile_key,
    read_seconds,
    read_take_name,
    read_tempo,
    read_text,
    read_time,
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
_MOST_COUNT_IN_BARS = 8
_SUBDIVISIONS = {
    "none": Subdivision.NONE,
    "8th": Subdivision.EIGHTH,
    "triplet": Subdivision.TRIPLET,
    "16th": Subdivision.SIXTEENTH,
    "auto": Subdivision.AUTO,
}


# The slots. Each reads one value; see `grammar`.


def _facts(words: Sequence[str], index: int) -> tuple[Any, int]:
    return listed(_fact, ",")(words, index)


def _fact(words: Sequence[str], index: int) -> tuple[tuple[Fact, ...], int]:
    return read_one(_FACTS, SLOTS, words, index, to_end=False)


def _song_part(words: Sequence[str], index: int) -> tuple[tuple[str, Any], int]:
    return read_one(_SONG_PARTS, SLOTS, words, index, to_end=False)


_CLOCK_WORDS = {"start": "start", "continue": "continue"}
_plain_clock_word = one_of(
    "a word of the clock", {**_CLOCK_WORDS, "stop": "stop", "position": "position"}
)


def _clock_word(words: Sequence[str], index: int) -> tuple[str, int]:
    """Read what a clock says beside its pulses, a position with its sixteenths."""
    word, index = _plain_clock_word(words, index)
    if word != "position":
        return str(word), index
    sixteenths, index = read_count(words, index)
    return f"position {sixteenths}", index


_way = one_of(
    "what the box does",
    {
        "without answer warn": ("without_answer", WithoutAnswer.WARN),
        "without answer refuse": ("without_answer", WithoutAnswer.REFUSE),
        "on stop warn": ("on_stop", OnStop.WARN),
        "on stop end": ("on_stop", OnStop.END),
        "on record ignore": ("on_record", OnRecord.IGNORE),
        "on record log": ("on_record", OnRecord.LOG),
    },
)

_SAID_KINDS = {kind: kind for kind in (*KINDS.values(), ANY_CLICK)}
_PLURALS = {f"{kind}s": kind for kind in _SAID_KINDS}

SLOTS: dict[str, Reader] = {
    "PEDAL": one_of("a pedal", {str(pedal): pedal for pedal in Pedal}),
    "ACTION": one_of("an action", {action: action for action in ACTIONS}),
    "COUNT": read_count,
    "TEXT": read_text,
    "TIME": read_time,
    "LENGTH": read_length,
    "PLACE": read_place,
    "POINT": read_point,
    "DB": read_db,
    "TAKE": read_take_name,
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
        {page: page for page in get_args(Page)},
    ),
    "PHASE": one_of("a phase", {str(phase): str(phase) for phase in Phase}),
    "LIGHT": one_of("a light of the tally", {str(light): str(light) for light in TallyLight}),
    "MEANING": read_meaning,
    "MEANINGS": listed(read_meaning, ","),
    "CLOCKWORD": one_of("start or continue", _CLOCK_WORDS),
    "CLOCKWORDS": listed(_clock_word, ","),
    "FACTS": _facts,
    "SONGPARTS": listed(_song_part, None),
    "TEMPO": read_tempo,
    "METER": matching(
        "a meter such as 7/8", r"\d+/\d+", lambda word: Meter(*map(int, word.split("/")))
    ),
    "SHOWN": matching("a tempo such as 92.5", r"\d+(\.\d+)?", str),
    "SUBDIVISION": one_of("a subdivision", _SUBDIVISIONS),
    "TIMES": number_from(1, 1000),
    "COUNTIN": number_from(0, _MOST_COUNT_IN_BARS),
    "BARS": number_from(1, MOST_BARS),
    "FILE": read_file,
    "FILES": listed(read_file, ","),
    "PROFILE": read_profile_key,
    "WAYS": listed(_way, ","),
    "DAWDOES": one_of(
        "what the DAW does", {str(does): does for does in DawDoes if does is not DawDoes.IS_LATE}
    ),
    "SECOND": read_seconds,
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
    Form("certified TEXT", _said("certified")),
    Form("verdict TEXT", _said("verdict")),
    Form("without click", lambda: (Fact("without click", "yes"),)),
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
A_CLOCK = (
    Form("clock on bar 1", lambda: ClockStart.BAR_1),
    Form("clock with the count-in", lambda: ClockStart.COUNT_IN),
    Form("clock of the tempo alone", lambda: ClockStart.TEMPO),
)
A_DAW = (
    Form("daw PROFILE", AnsweringBox),
    Form("daw PROFILE WAYS", lambda profile, ways: AnsweringBox(profile, **dict(ways))),
)
A_SONG_FILE = (Form("song file FILE", lambda name: name),)

AT_A_MOMENT: tuple[Form, ...] = (
    Form(
        "press PEDAL [TIMES times in LENGTH]",
        lambda pedal, count, within_ns: Press(pedal, count or 1, within_ns or 0),
    ),
    Form("hold PEDAL LENGTH", Hold),
    Form("bounce PEDAL [for LENGTH] [held LENGTH]", Bounce),
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
    Form("the daw DAWDOES", LetDaw),
    Form("the daw is LENGTH late", lambda late_ns: LetDaw(DawDoes.IS_LATE, late_ns)),
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
    Form("sent no clock", ClockPulses),
    Form(
        "sent clock from bar PLACE to bar PLACE [of TAKE]",
        lambda first, end, take: ClockPulses((first, end), take),
    ),
    Form("sent clock CLOCKWORD at bar PLACE [of TAKE]", ClockWordAt),
    Form("sent clock exactly CLOCKWORDS", ClockExactly),
    Form("the daw recorded nothing", lambda: DawRecorded(0)),
    Form("the daw recorded 1 take", lambda: DawRecorded(1)),
    Form("the daw recorded COUNT takes", DawRecorded),
    Form("sent no time code", TimeCodeAt),
    Form("sent time code TIME at bar PLACE [of TAKE]", TimeCodeAt),
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
    Form("logged TAKE certified clean", LoggedCertificate),
    Form("logged TAKE certified TEXT", LoggedCertificate),
    Form("logged TAKE verdict TEXT", LoggedVerdict),
    Form("logged TAKE at the daw", LoggedAtDaw),
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
