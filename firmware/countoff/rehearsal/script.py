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
from when the line above was done, or at a `bar` and beat of the running take, a little later or
earlier with + or -. An indented line belongs to the line above: it is looked at, or done, when the
foot is up again there, and what is sent and heard is counted from the press. A line without a
moment speaks of the whole session. # begins a remark.

Bars have the song's own numbers, wherever a take begins; a bar alone is its first beat. Before the
section that a take begins with they count back: the count-in of a take from bar 17 has bars 16 and
15. A looped section's bars come again and again: bar 17.1 pass 3. Free songs have none.

    song "Long Way Down" tempo 92.5 [meter 7/8] [count-in 2 bars] [length 32 bars]
         [subdivision none | 8th | triplet | 16th | auto] [section "Verse" at bar 1] ...
    song file long_way_down.toml          a song file, in the folder of the script
    clock on bar 1 | with the count-in | of the tempo alone
                                          the box sends a MIDI clock, and starts the DAW there
    daw reaper [without answer warn, on stop warn, on record ignore]
                                          a simulated DAW of that profile is told, and answers

What can be done:

    press PEDAL [COUNT times in LENGTH]      hold PEDAL LENGTH       do ACTION
    bounce PEDAL [for LENGTH] [held LENGTH]  stomp PEDAL PEDAL       end
    choose "Song" [from "Section"] [looped]
    tap COUNT times at TEMPO [but number COUNT LENGTH late]
    songs change to file NAME.toml, NAME.toml ...
    fault audio lost | audio back | player replaced | daw lost | daw back | gap COUNT frames
          | screen lost | screen back | tally lost | tally back
    the daw records | stops | plays | pauses  its own user does that
    the daw is deaf | hears again | refuses | obeys again | is LENGTH late | floods
    the daw crashes | starts again | is unplugged | is plugged in

What can be expected at a moment:

    see FACT, FACT ...      page, phase, tally, message "…", no message, bar N [beat N], bars left N,
                            section "…", song "…", tempo N, no tempo, tempo changed, tempo as written,
                            meter N/N, starts from "…", from the top, looped, not looped,
                            elapsed "…", take N, next take N, last take N ended,
                            ring-out N s, click muted, click on, click level N dB, rehearsing,
                            flags "…", incidents N, certified "…", verdict "…", without click,
                            fault "…"
    sent record | record exit | play | stop | marker | locate TIME [within LENGTH]   sent nothing for LENGTH
    heard KIND [after LENGTH | at LEVEL dB]  heard nothing for LENGTH

KIND is what a click says: accent, group (the first note of a group within a bar), beat, subdivision,
count-in accent, count-in beat, or click for any. And of the whole session (`of take N`, or
`of take N of "song"`, where there are several):

    sent MEANING COUNT times                 sent exactly MEANING, MEANING ...      sent nothing
    sent clock from bar N.N to bar N.N       sent clock start | continue at bar N.N
    sent clock exactly start, stop, position N, continue, ...               sent no clock
    sent time code HH:MM:SS at bar N.N       what a receiver shows there    sent no time code
    the daw recorded COUNT takes             the daw recorded nothing
    heard COUNT clicks from POINT to POINT   heard accent at bar N.N [at LEVEL dB]
    heard every click from bar N.N to bar N.N [at LEVEL dB]
    heard nothing [from POINT [to POINT]]
    logged COUNT takes                       logged take N ended | false start | cancelled | open
    logged take N from "Section" bar N       logged take N looping "Section" bar N  [at bar N.N]
    logged take N at tempo N [instead of N]  logged take N with click at LEVEL dB | muted
    logged "Song" at tempo N for the day     logged click at LEVEL dB | muted for the day
    logged flag KIND at bar N.N [of take N] [taken back]
    logged flag KIND for the whole take N    logged flag KIND at TIME    logged COUNT flags
    logged incident "…" [at bar N.N]         logged COUNT incidents
    logged take N certified clean | "1 gap of 3.1 ms at bar 33.2"
    logged take N verdict "RECORDED" | "GAP BAR 12" | "NOT SEEN"       logged take N at the daw
    logged press PEDAL "what came of it" [COUNT times]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from countoff.core.count_in import CountIn
from countoff.core.midi_clock import ClockStart
from countoff.core.section import Subdivision
from countoff.core.song import BUILT_IN_SONG, Song, steady_song
from countoff.daw.profile import Dialect
from countoff.rehearsal.grammar import MisreadError, read_one, sentence_of, words_of
from countoff.rehearsal.language import (
    A_CLOCK,
    A_DAW,
    A_SONG,
    A_SONG_FILE,
    AT_A_MOMENT,
    OF_THE_SESSION,
    SLOTS,
)
from countoff.rehearsal.statements import (
    AfterLast,
    AnsweringBox,
    AtPlace,
    AtTime,
    ChangeSongs,
    End,
    Line,
    Script,
    SongFile,
    When,
    WithLast,
)
from countoff.rehearsal.values import read_length, read_place, read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.daw.profile import Profile

_NS_PER_SECOND = 1_000_000_000


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


def no_files(name: str) -> SongFile:
    """Stand in for a reader of song files where a script has no folder to read them from."""
    return SongFile(name, None, ("a script without a folder has no song files.",))


def parse_script(text: str, read_song: Callable[[str], SongFile] = no_files) -> Script:
    """Return the script that `text` says; `read_song` reads the song files it names.

    Raises ScriptError with every mistake in it.
    """
    return _Page(read_song).read(text)


class _Page:
    """A script as far as it has been read."""

    def __init__(self, read_song: Callable[[str], SongFile]) -> None:
        self._read_song = read_song
        self._songs: list[Song] = []
        self._lines: list[Line] = []
        self._files: dict[str, SongFile] = {}
        self._clock_start = ClockStart.OFF
        self._daw: AnsweringBox | None = None
        self._daw_line = 0
        # Whether an indented line has a moment to belong to; a line with a mistake may have meant one.
        self._is_moment_above = False

    def read(self, text: str) -> Script:
        """Return the whole script. Raises ScriptError."""
        mistakes: list[Mistake] = []
        for number, written in enumerate(text.splitlines(), start=1):
            words = words_of(written)
            if not words:
                continue
            try:
                _check_quotes(words)
                self._take_in(number, words, is_indented=written[:1].isspace())
            except MisreadError as misread:
                mistakes.append(Mistake(number, sentence_of(misread, words)))
                self._is_moment_above = True
            except _MistakenError as mistaken:
                mistakes.append(Mistake(number, str(mistaken)))
                self._is_moment_above = True
        mistakes += _out_of_order(self._lines)
        if self._daw is not None and _waits_for_clock(self._daw.profile, self._clock_start):
            sentence = (
                'the MIDI clock starts this DAW: there must be "clock with the count-in" too.'
            )
            mistakes.append(Mistake(self._daw_line, sentence))
        if not self._lines and not mistakes:
            mistakes.append(Mistake(1, "the script says nothing."))
        if mistakes:
            raise ScriptError(sorted(mistakes, key=lambda mistake: mistake.line_number))
        songs = tuple(self._songs) or (BUILT_IN_SONG,)
        return Script(
            songs, tuple(self._lines), tuple(self._files.values()), self._clock_start, self._daw
        )

    def _take_in(self, number: int, words: Sequence[str], *, is_indented: bool) -> None:
        if words[0].lower() == "song" and not is_indented:
            self._is_moment_above = False
            self._take_in_song(words)
            return
        if words[0].lower() == "clock" and not is_indented:
            self._is_moment_above = False
            self._clock_start, _ = read_one(A_CLOCK, SLOTS, words, 0)
            return
        if words[0].lower() == "daw" and not is_indented:
            self._is_moment_above = False
            self._daw, _ = read_one(A_DAW, SLOTS, words, 0)
            self._daw_line = number
            return
        if is_indented and not self._is_moment_above:
            raise _MistakenError(
                "it is indented, but the line above has no moment that it could belong to."
            )
        line = _line(number, words, is_indented=is_indented)
        self._is_moment_above = line.when is not None
        self._lines.append(line)
        if isinstance(line.statement, ChangeSongs):
            # A file that is wrong then is what such a line may be about.
            self._files |= {name: self._read_song(name) for name in line.statement.names}

    def _take_in_song(self, words: Sequence[str]) -> None:
        if words[1:2] == ["file"]:
            name, _ = read_one(A_SONG_FILE, SLOTS, words, 0)
            file = self._read_song(name)
            if file.song is None:
                raise _MistakenError(f"{name} is no song: {' '.join(file.sentences)}")
            song = file.song
        else:
            song = _song(words)
        if any(other.title == song.title for other in self._songs):
            raise _MistakenError(
                f'there is a song "{song.title}" already: takes are counted by title.'
            )
        self._songs.append(song)


def _waits_for_clock(profile: Profile, clock_start: ClockStart) -> bool:
    """Tell whether nothing moves the DAW of `profile`, since it waits for a clock's Start."""
    starts = clock_start not in (ClockStart.OFF, ClockStart.TEMPO)
    return profile.transport.dialect is Dialect.REALTIME and not starts


class _MistakenError(ValueError):
    """A line whose words are right and whose meaning is not."""


def _check_quotes(words: Sequence[str]) -> None:
    if '"' in words:
        raise _MistakenError("a text begins with a quote and does not end with one.")


def _line(number: int, words: Sequence[str], *, is_indented: bool) -> Line:
    when, start = _when(words, is_indented=is_indented)
    forms, others = (AT_A_MOMENT, OF_THE_SESSION)
    if when is None:
        forms, others = others, forms
    try:
        statement, _ = read_one(forms, SLOTS, words, start)
    except MisreadError as misread:
        try:
            read_one(others, SLOTS, words, start)
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
        at_ns, index = read_time(words, 1)
        return AtTime(at_ns), index
    if first == "after":
        wait_ns, index = read_length(words, 1)
        return AfterLast(wait_ns), index
    if first == "bar":
        place, index = read_place(words, 1)
        if index < len(words) and words[index] in ("+", "-"):
            sign = 1 if words[index] == "+" else -1
            length_ns, index = read_length(words, index + 1)
            return AtPlace(place, sign * length_ns), index
        return AtPlace(place, 0), index
    return (WithLast(), 0) if is_indented else (None, 0)


def _out_of_order(lines: Sequence[Line]) -> list[Mistake]:
    mistakes = []
    latest_ns, latest_line, end_line = 0, 0, 0
    for line in lines:
        if end_line and line.when is not None:
            sentence = f"it comes after the end of the session in line {end_line}."
            mistakes.append(Mistake(line.number, sentence))
        if isinstance(line.statement, End):
            end_line = line.number
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


def _song(words: Sequence[str]) -> Song:
    (title, parts), _ = read_one(A_SONG, SLOTS, words, 0)
    said: dict[str, Any] = {}
    sections: list[tuple[str, int]] = []
    for name, value in parts:
        if name == "section":
            sections.append(value)
        elif name in said:
            raise _MistakenError(f"it says {name} twice.")
        else:
            said[name] = value
    if "tempo" not in said:
        raise _MistakenError(f'the song "{title}" needs a tempo, such as tempo 120.')
    first_bars = [first_bar for _, first_bar in sections]
    if first_bars != sorted(set(first_bars)):
        raise _MistakenError("each section must begin on a later bar than the one before.")
    length = said.get("length")
    if length is not None and first_bars and first_bars[-1] > length:
        raise _MistakenError(f"the last section begins after the song's {length} bars.")
    return steady_song(
        title,
        said["tempo"],
        said.get("meter", BUILT_IN_SONG.meter),
        count_in=CountIn(said["count-in"]) if "count-in" in said else BUILT_IN_SONG.count_in,
        bars=length,
        subdivision=said.get("subdivision", Subdivision.NONE),
        first_bars=sections,
    )
