"""The comp on paper: which take gives which section, what is to be fixed, and where in the DAW that is. Pure.

Plain text of 80 columns, for programs that read no comp from anybody, and for people.
"""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from countoff.core.entries import FlagKind
from countoff.export.marks import one_line
from countoff.takelog.words import FLAG_WORDS, daw_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from countoff.export.content import Content
    from countoff.export.timeline import (
        LaidChoice,
        LaidComp,
        LaidFlag,
        LaidSong,
        LaidTake,
        Timeline,
    )
    from countoff.takelog.session_day import Player, SessionDay

COLUMNS: Final = 80
_RULE: Final = "─" * COLUMNS
_TITLE_COLUMNS: Final = 24
_PLACE_COLUMNS: Final = 13
_HARD_SPACE: Final = "\u00a0"
_TO_FIX: Final = (FlagKind.NO_GOOD, FlagKind.FIX_HERE)


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the sheet."""
    lines: list[str] = []
    for song in content.timeline.songs:
        if lines:
            # A page each.
            lines.extend(("", "\f"))
        lines.extend(_sheet(content.timeline, song))
    text = "\n".join(lines).replace("\f\n", "\f")
    file.write(f"{text}\n".encode())
    return ()


def _sheet(timeline: Timeline, song: LaidSong) -> Iterator[str]:
    yield from _wrapped(one_line(song.title).upper(), "")
    if timeline.session is not None:
        yield from _head(timeline.session, song)
    yield _RULE
    comp = song.comp
    if comp is None:
        yield "There is no take that a comp could be made of."
    else:
        takes = {take.id: take for take in song.takes}
        yield from _wrapped(", ".join(_in_short(comp, takes)), "")
        yield ""
        label = takes[comp.master_id].label
        yield from _wrapped(f"Master {label}: {comp.why}.", "")
        yield ""
        yield f"{'Section':<{_TITLE_COLUMNS}}  Take   In the DAW at"
        for choice in comp.choices:
            yield from _choice(choice, takes, timeline.rate_hz)
        yield from _fixes(comp, takes, timeline.rate_hz)
        for sentence in comp.unused:
            yield from _wrapped(sentence, "! ")
    yield ""
    yield "Takes"
    for take in song.takes:
        yield from _take(take, timeline.rate_hz)


def _head(session: SessionDay, song: LaidSong) -> Iterator[str]:
    people: Sequence[Player] = next(
        (day.players for day in session.songs if day.song == song.title), session.players
    )
    said = [
        f"Session of {session.started_label.replace('T', ' ')[:16]} UTC",
        f"engineer {session.engineer}" if session.engineer else "",
        f"room {session.room}" if session.room else "",
        *(f"{player.name}, {player.instrument}" for player in people),
    ]
    yield from _wrapped(" · ".join(one_line(words) for words in said if words), "")


def _in_short(comp: LaidComp, takes: dict[str, LaidTake]) -> Iterator[str]:
    """Tell the comp in one line: Verse ← take 3, Chorus ← take 5, fix bar 33."""
    for choice in comp.choices:
        if choice.take_id is None:
            yield f"{choice.section_title} ← nobody"
            continue
        take = takes[choice.take_id]
        yield f"{choice.section_title} ← take {take.number}"
        for flag in _flags_to_fix(choice, take):
            yield f"fix {flag.place}" if flag.place else "fix it"


def _choice(choice: LaidChoice, takes: dict[str, LaidTake], rate_hz: int) -> Iterator[str]:
    title = textwrap.shorten(one_line(choice.section_title), _TITLE_COLUMNS, placeholder="…")
    title = title or choice.section_title[:_TITLE_COLUMNS]
    place = "" if choice.take_id is None else _place_of(choice, takes[choice.take_id], rate_hz)
    begins = f"{title:<{_TITLE_COLUMNS}}  {choice.label or '-':<5}  {place:<{_PLACE_COLUMNS}}  "
    why = one_line(choice.why)
    rows = textwrap.wrap(why, COLUMNS - len(begins)) or [""]
    yield (begins + rows[0]).rstrip()
    for row in rows[1:]:
        yield " " * len(begins) + row


def _place_of(choice: LaidChoice, take: LaidTake, rate_hz: int) -> str:
    """Return where the section of the take lies in the DAW, as it displays times."""
    for section in take.sections:
        if (section.index, section.pass_index) == (choice.section_index, choice.pass_index):
            return _daw_time(take, section.start_frame, rate_hz)
    return ""


def _fixes(comp: LaidComp, takes: dict[str, LaidTake], rate_hz: int) -> Iterator[str]:
    """Tell what is to be mended in what the comp has."""
    rows: dict[str, None] = {}
    for choice in comp.choices:
        if choice.take_id is None:
            continue
        take = takes[choice.take_id]
        for flag in _flags_to_fix(choice, take):
            at = _daw_time(take, flag.frame, rate_hz)
            words = f"{choice.section_title}, {take.label}: {FLAG_WORDS[flag.kind]} {flag.place}"
            rows[f"{words}{f', in the DAW at {at}' if at else ''}"] = None
        for flag in take.flags:
            if flag.whole_take and flag.kind in _TO_FIX:
                rows[f"{take.label}: {FLAG_WORDS[flag.kind]} for the whole take"] = None
    if rows:
        yield ""
        yield "To fix"
    for words in rows:
        yield from _wrapped(words, "[ ] ")


def _flags_to_fix(choice: LaidChoice, take: LaidTake) -> list[LaidFlag]:
    """Return the flags that say that what the comp has of a section is not right."""
    flags = [
        flag
        for flag in take.flags
        if flag.kind in _TO_FIX
        and flag.section_index == choice.section_index
        and flag.pass_index == choice.pass_index
    ]
    return sorted(flags, key=lambda flag: flag.frame)


def _take(take: LaidTake, rate_hz: int) -> Iterator[str]:
    at = _daw_time(take, take.bar1_frame, rate_hz)
    said = [
        f'"{one_line(take.name)}"' if take.name else "",
        f"{take.rating}/5" if take.rating is not None else "",
        take.status.replace("_", " ") if take.status != "ended" else "",
        take.verdict,
        f"bar 1 at {at}" if at else "",
        *(f"{FLAG_WORDS[flag.kind]} {flag.place or 'whole take'}" for flag in take.flags),
        *(f"! {incident.kind} {incident.place}".rstrip() for incident in take.incidents),
    ]
    # What belongs together is not torn apart at the end of a line.
    words = ", ".join(each.replace(" ", _HARD_SPACE) for each in said if each)
    for line in _wrapped(words, f"{take.label:<5} "):
        yield line.replace(_HARD_SPACE, " ")
    for note in take.notes:
        yield from _wrapped(f'"{one_line(note)}"', " " * 6)


def _daw_time(take: LaidTake, frame: int, rate_hz: int) -> str:
    """Return a frame of a take's as the DAW displays it: 1:02:03.456; empty where nobody knows."""
    if take.daw_bar1_s is None:
        return ""
    seconds = take.daw_bar1_s + Fraction(frame - take.bar1_frame, rate_hz)
    return daw_time(seconds)


def _wrapped(words: str, begins: str) -> Iterable[str]:
    """Return words in lines of 80 columns, the later ones as far in as the first."""
    return textwrap.wrap(
        words,
        COLUMNS,
        initial_indent=begins,
        subsequent_indent=" " * len(begins),
        break_on_hyphens=False,
    ) or [begins.rstrip()]
