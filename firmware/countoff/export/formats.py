"""The formats of `countoff export`: how each is called, what it is for, how takes lie in it, who writes it.

A writer gets a `Content` and an open file, and returns a sentence for each thing that its format cannot say.
It is loaded when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, Final

from countoff.export.timeline import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.export.content import Content

    Writer = Callable[[Content, BinaryIO], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    suffix:          of its files
    about:           what it is, and whom for, for the command's help
    layout:          how takes are laid for it: stacked, or as they were recorded
    has_many_songs:  a whole session goes into one file
    has_before:      it can be made before tracking, too
    has_recordings:  it names the DAW's recordings where it is told of them
    tables:          where it is several files, what they are called
    """

    suffix: str
    about: str
    layout: Layout
    writer: Writer
    has_many_songs: bool = True
    has_before: bool = False
    has_recordings: bool = False
    tables: tuple[str, ...] = ()


def _written_by(module: str) -> Writer:
    """Return the writer in a module of this package, which is loaded when something is written."""

    def write(content: Content, file: BinaryIO) -> Sequence[str]:
        writer: Writer = import_module(f"countoff.export.{module}").write
        return writer(content, file)

    return write


FORMATS: Final = {
    "reaper": Format(
        ".RPP",
        "a REAPER 7 project: takes in fixed lanes under the comp, tempo map, markers, regions",
        Layout.STACKED,
        _written_by("reaper_project"),
        has_many_songs=False,
        has_before=True,
        has_recordings=True,
    ),
    "dawproject": Format(
        ".dawproject",
        "the same for Bitwig, Studio One, Cubase and others, with the recordings inside",
        Layout.STACKED,
        _written_by("dawproject"),
        has_many_songs=False,
        has_before=True,
        has_recordings=True,
    ),
    "midi": Format(
        ".mid",
        "tempo map, meters and markers as a Standard MIDI File, for any DAW",
        Layout.STRUNG_OUT,
        _written_by("timeline_midi"),
        has_before=True,
    ),
    "comp-sheet": Format(
        ".txt",
        "which take gives which section, on paper: for Pro Tools, Logic and people",
        Layout.STRUNG_OUT,
        _written_by("comp_sheet"),
    ),
    "audacity": Format(
        ".txt",
        "a label track for Audacity",
        Layout.STRUNG_OUT,
        _written_by("audacity_labels"),
        has_before=True,
    ),
    "reaper-markers": Format(
        ".csv",
        "markers and regions for REAPER's Region/Marker Manager",
        Layout.STRUNG_OUT,
        _written_by("reaper_markers"),
        has_before=True,
    ),
    "csv": Format(
        ".csv",
        "tables of takes, sections, flags, the comp, tempo, people and more, a file each in a folder",
        Layout.STRUNG_OUT,
        _written_by("csv_tables"),
        tables=(
            "takes",
            "sections",
            "flags",
            "incidents",
            "comp",
            "session",
            "songs",
            "people",
            "tempo",
            "meters",
        ),
    ),
    "report": Format(
        ".html",
        "the session's report: one page for people, to look at and to print",
        Layout.STRUNG_OUT,
        _written_by("report.writing"),
    ),
    "json": Format(
        ".json", "all of it, for programs", Layout.STRUNG_OUT, _written_by("session_json")
    ),
}
