"""Passes and takes side by side, for people. Loads rich, so it is loaded when it is needed.

Whatever a track or a song is called, it is printed as text, never obeyed as markup or control codes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from countoff.export.recordings.takes import takes_to_find
from countoff.export.recordings.words import length_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import MatchedRecordings, MatchedTake, Pass
    from countoff.takelog.reader import SessionSummary, TakeDetail

_PIPE_WIDTH = 160
_SONG = "SONG"
_HEADINGS = ("PASS", "TRACKS", "LENGTH", "PLACE", "", "TAKE", _SONG, "VERDICT", "BAR 1 AT")
_TO_THE_RIGHT = frozenset({"TRACKS", "LENGTH", "PLACE", "BAR 1 AT"})
_LEAST_WIDTH = 7
_NOTHING = Text("-", style="dim")


def print_matched(
    found: MatchedRecordings, session: SessionSummary, details: Sequence[TakeDetail]
) -> None:
    """Print each pass beside its take, in the order of the day, then every doubt."""
    console = _console()
    takes = takes_to_find(details)
    console.print(_text(f"{found.folder}  ·  session of {session.started_label}"), style="bold")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, header_style="dim")
    for heading in _HEADINGS:
        table.add_column(
            heading,
            justify="right" if heading in _TO_THE_RIGHT else "left",
            no_wrap=heading != _SONG,
            min_width=_LEAST_WIDTH if heading == _SONG else None,
        )
    for row in _rows(found, takes):
        table.add_row(*row)
    console.print(table)
    console.print(_text(_outcome(found, takes)))
    for doubt in found.doubts:
        line = Table.grid(padding=(0, 1))
        line.add_row(Text("·", style="yellow"), _text(doubt))
        console.print(line)


def _rows(found: MatchedRecordings, takes: Sequence[TakeToFind]) -> Iterator[list[Text]]:
    """Yield the rows: passes in their order, takes without a recording where they belong."""
    by_pass = {take.pass_name: take for take in found.takes}
    open_passes = {each.pass_name: each for each in found.open}
    held = {take.take_id for take in found.takes}
    by_id = {take.id: take for take in takes}
    waiting = list(takes)
    for each in found.passes:
        matched = by_pass.get(each.name)
        if matched is not None and by_id[matched.take_id] in waiting:
            while waiting[0].id != matched.take_id:
                skipped = waiting.pop(0)
                if skipped.id not in held:
                    yield [*[_NOTHING] * 4, Text(""), *_take_cells(skipped, None, found)]
            waiting.pop(0)
        if matched is not None:
            yield [
                *_pass_cells(each),
                Text("="),
                *_take_cells(by_id[matched.take_id], matched, found),
            ]
        elif each.name in open_passes:
            ids = [take_id for take_id in open_passes[each.name].take_ids if take_id is not None]
            numbers = " ".join(f"T{by_id[take_id].number}" for take_id in ids[:4])
            yield [
                *_pass_cells(each),
                Text("?", "bold yellow"),
                Text(f"{numbers}?", "yellow"),
                *[Text("")] * 3,
            ]
        else:
            yield [*_pass_cells(each), Text("+", "yellow"), Text("none", "yellow"), *[Text("")] * 3]
    for left in waiting:
        if left.id not in held:
            yield [*[_NOTHING] * 4, Text(""), *_take_cells(left, None, found)]


def _pass_cells(each: Pass) -> list[Text]:
    place_s = each.place_s
    return [
        Text(each.name, "bold"),
        Text(str(len(each.tracks))),
        Text(length_words(each.length_s)),
        _NOTHING if place_s is None else Text(length_words(place_s)),
    ]


def _take_cells(
    take: TakeToFind, matched: MatchedTake | None, found: MatchedRecordings
) -> list[Text]:
    is_open = any(take.id in each.take_ids for each in found.open)
    said = "MISSING" if take.id in found.missing else "open" if is_open else ""
    bar1 = Text(said, "bold yellow")
    if matched is not None:
        first = matched.tracks[0].recordings[0]
        after_s = -first.bar1_offset_frames / first.recording.rate_hz
        bar1 = Text(f"{after_s:.3f} s ±{matched.bar1_within_ms} ms")
    return [
        Text(f"T{take.number}", "bold"),
        _text(take.song),
        Text(take.verdict if take.status == "ended" else take.status.replace("_", " ")),
        bar1,
    ]


def _outcome(found: MatchedRecordings, takes: Sequence[TakeToFind]) -> str:
    words = [f"{len(found.takes)} of {len(takes)} takes have their recordings"]
    for count, one, many in (
        (len(found.open), "pass is open", "passes are open"),
        (len(found.extra), "pass is of no take", "passes are of no take"),
        (len(found.missing), "take is missing", "takes are missing"),
    ):
        if count:
            words.append(f"{count} {one if count == 1 else many}")
    return "; ".join(words) + "."


def _text(words: str) -> Text:
    """Return `words` as they are, without a terminal's control codes."""
    return Text("".join(letter if letter.isprintable() else "?" for letter in words))


def _console() -> Console:
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(width=width, highlight=False)
