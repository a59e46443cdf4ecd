"""What the lists of marks that other programs read have in common: a text, from where to where. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from countoff.takelog.words import FLAG_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.export.timeline import LaidFlag, LaidSection, LaidSong, LaidTake, Timeline

IN_COMP = "[comp]"


class Mark(NamedTuple):
    """A mark on the timeline; one without an end is a point."""

    start_frame: int
    end_frame: int | None
    text: str


def marks_of(timeline: Timeline) -> list[Mark]:
    """Return every place, take, section, flag and incident of a timeline, in their order."""
    return sorted(_marks(timeline), key=lambda mark: mark.start_frame)


def _marks(timeline: Timeline) -> Iterator[Mark]:
    for place in timeline.places:
        yield Mark(place.frame, None, f"Take {place.number}")
    for song in timeline.songs:
        for section in song.sections:
            yield Mark(section.start_frame, section.end_frame, song_section_text(song, section))
        for take in song.takes:
            yield Mark(take.start_frame, take.end_frame, take_text(take))
            # Stacked, their sections are the song's own.
            for section in () if song.sections else take.sections:
                yield Mark(section.start_frame, section.end_frame, section_text(take, section))
            for flag in take.flags:
                yield Mark(flag.frame, None, flag_text(take, flag))
            for incident in take.incidents:
                if incident.frame is not None:
                    yield Mark(incident.frame, None, f"{take.label} ! {incident.kind}")


def take_text(take: LaidTake) -> str:
    """Return what a take is called, and what is said of it: T4 Harbour "sad" 5/5."""
    words = [f"{take.label} {take.song}"]
    if take.name:
        words.append(f'"{take.name}"')
    if take.rating is not None:
        words.append(f"{take.rating}/5")
    if take.status in {"false_start", "cancelled", "interrupted"}:
        words.append(f"({take.status.replace('_', ' ')})")
    return " ".join(words)


def song_section_text(song: LaidSong, section: LaidSection) -> str:
    """Return what a section that all takes lie on is called, and which the comp has: Verse [comp T4]."""
    choices = () if song.comp is None else song.comp.choices
    label = next((each.label for each in choices if each.section_index == section.index), "")
    return f"{section.label} [comp {label}]" if label else section.label


def section_text(take: LaidTake, section: LaidSection) -> str:
    """Return what a take's section is called: T4 Verse, T4 Verse [comp]."""
    words = f"{take.label} {section.label}"
    return f"{words} {IN_COMP}" if section.is_chosen else words


def flag_text(take: LaidTake, flag: LaidFlag) -> str:
    """Return a flag in few words: T4 FIX bar 33.2."""
    place = "whole take" if flag.whole_take else flag.place
    return f"{take.label} {FLAG_WORDS[flag.kind]} {place}".rstrip()


def one_line(text: str) -> str:
    """Return a text without tabs and line breaks, which mean something else in these files."""
    return " ".join(text.split())
