"""Every export of any day says what the log says: number, order, place to the sample, flags, incidents, comp."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import mido
from hypothesis import HealthCheck, given, settings
from tests.export.days import STACK_S, days
from tests.export.made_days import nearest_frame

from countoff.export.content import Content
from countoff.export.formats import FORMATS
from countoff.export.from_log import as_recorded
from countoff.export.session_reading import read_session
from countoff.export.timeline import Layout
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from tests.export.made_days import MadeDay, MadeTake

    from countoff.export.session_reading import SessionRead
    from countoff.export.timeline import LaidTake, Timeline

FLAGS = {"keeper": "KEEP", "fix_here": "FIX", "no_good": "NO GOOD", "marker": "MARK"}


class Lain:
    """A made take in its place: frames as they must be."""

    def __init__(self, day: MadeDay, take: MadeTake, bar1_s: Fraction) -> None:
        self.take, self.bar1_s, self.rate_hz = take, bar1_s, day.rate_hz

    def frame(self, seconds: Fraction) -> int:
        """Return the frame of so many seconds after bar 1."""
        return max(nearest_frame(self.bar1_s + seconds, self.rate_hz), 0)

    @property
    def flags(self) -> Counter[tuple[str, int | None, int | None, int]]:
        """Kind, bar, beat and frame of each flag that counts."""
        take = self.take
        first_s = take.start_s if take.music_s is None else take.music_s
        return Counter(
            (
                str(flag.kind),
                flag.bar,
                flag.beat,
                self.frame(first_s if flag.seconds is None else flag.seconds),
            )
            for flag in take.flags
        )


def read(folder: Path, day: MadeDay) -> SessionRead:
    """Write the day down and read it as an export does."""
    day.write(folder)
    return read_session(TakeLog(folder))


def written(name: str, timeline: Timeline, found: SessionRead, table: str = "") -> bytes:
    """Return what a format's writer makes of it."""
    file = io.BytesIO()
    titles = [song.title for song in timeline.songs]
    songs = tuple(song for song in found.songs if song.title in titles)
    FORMATS[name].writer(Content(timeline, Path("x"), found, songs, None, table), file)
    return file.getvalue()


def judge_take(laid: LaidTake, lain: Lain) -> None:
    """Hold a laid take against the one that was made."""
    take = lain.take
    assert (laid.id, laid.number, laid.name, laid.rating) == (
        take.id, take.number, take.name, take.rating,
    )  # fmt: skip
    assert (laid.status, list(laid.notes)) == (take.status, take.notes)
    assert laid.bar1_frame == nearest_frame(lain.bar1_s, lain.rate_hz)
    assert (laid.start_frame, laid.end_frame) == (lain.frame(take.start_s), lain.frame(take.end_s))
    assert laid.music_frame == (None if take.music_s is None else lain.frame(take.music_s))
    assert [
        (each.index, each.pass_index, each.start_frame, each.end_frame) for each in laid.sections
    ] == [
        (each.index, each.pass_index, lain.frame(each.start_s), lain.frame(each.end_s))
        for each in take.sections
    ]
    found = Counter((str(flag.kind), flag.bar, flag.beat, flag.frame) for flag in laid.flags)
    assert found == lain.flags
    assert [(each.kind, each.frame) for each in laid.incidents] == [
        (kind, lain.frame(seconds)) for kind, seconds in take.incidents
    ]


def judge_bars(timeline: Timeline) -> None:
    """Each meter and each section of a take with bars lies on the frame of its tick."""
    for take in timeline.takes:
        if take.is_free or (timeline.layout is Layout.STACKED and take.chart is None):
            continue
        for section in take.sections:
            assert abs(timeline.frame_at_tick(section.start_tick) - section.start_frame) <= (
                0 if timeline.layout is Layout.STRUNG_OUT else timeline.rate_hz // 100
            )
    tick = 0
    for change, following in zip(timeline.meters, [*timeline.meters[1:], None], strict=True):
        assert change.tick == tick or (change.tick - tick) % change.meter.ticks_per_bar >= 0
        end_tick = timeline.end_tick if following is None else following.tick
        assert (end_tick - change.tick) % change.meter.ticks_per_bar == 0
        tick = end_tick


def judge_labels(data: bytes, lains: list[Lain], *, is_stacked: bool) -> None:
    """Audacity's labels are in order, and each take, section and flag is to the sample."""
    rows = [line.split("\t") for line in data.decode().splitlines()]
    assert all(len(row) == 3 for row in rows)
    starts = [Fraction(row[0]) for row in rows]
    assert starts == sorted(starts)
    rate_hz = lains[0].rate_hz
    found = Counter(
        (nearest_frame(Fraction(start), rate_hz), nearest_frame(Fraction(end), rate_hz), text)
        for start, end, text in rows
    )
    judge_marks(found, lains, is_stacked=is_stacked)


def judge_marks(
    found: Counter[tuple[int, int, str]], lains: list[Lain], *, is_stacked: bool
) -> None:
    """Hold marks, as start, end and text, against the takes that were made."""
    for lain in lains:
        take = lain.take
        assert any(
            (start, end) == (lain.frame(take.start_s), lain.frame(take.end_s))
            and text.startswith(f"{take.label} {' '.join(take.title.split())}")
            for start, end, text in found
        )
        if not is_stacked:
            for section in take.sections:
                assert any(
                    (start, end) == (lain.frame(section.start_s), lain.frame(section.end_s))
                    and text.startswith(f"{take.label} ")
                    for start, end, text in found
                )
        for kind, _, _, frame in lain.flags:
            assert (
                any(
                    (start, end) == (frame, frame)
                    and text.startswith(f"{take.label} {FLAGS[kind]} ")
                    for start, end, text in found
                )
                or (kind, None, None, frame) in lain.flags
            )


def judge_markers(data: bytes, lains: list[Lain], *, is_stacked: bool) -> None:
    """REAPER's table is numbered, in order and to the sample."""
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    for letter in "MR":
        ids = [row["#"] for row in rows if row["#"].startswith(letter)]
        assert ids == [f"{letter}{number}" for number in range(1, len(ids) + 1)]
    rate_hz = lains[0].rate_hz
    found: Counter[tuple[int, int, str]] = Counter()
    for row in rows:
        start, end = Fraction(row["Start"]), Fraction(row["End"] or row["Start"])
        if row["End"]:
            assert abs(end - start - Fraction(row["Length"])) <= Fraction(2, 1_000_000)
        found[nearest_frame(start, rate_hz), nearest_frame(end, rate_hz), row["Name"]] += 1
    judge_marks(found, lains, is_stacked=is_stacked)


def judge_tables(timeline: Timeline, found: SessionRead, lains: list[Lain]) -> None:
    """The tables hold every take, section, flag and incident."""

    def table(name: str) -> list[dict[str, str]]:
        text = written("csv", timeline, found, name).decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))

    by_id = {row["take_id"]: row for row in table("takes")}
    assert len(by_id) == len(lains)
    for lain in lains:
        take, row = lain.take, by_id[lain.take.id]
        assert (row["song"], row["number"], row["name"]) == (
            take.title,
            str(take.number),
            take.name,
        )
        assert row["bar1_frame"] == str(nearest_frame(lain.bar1_s, lain.rate_hz))
        assert row["start_frame"] == str(lain.frame(take.start_s))
        assert row["rating"] == ("" if take.rating is None else str(take.rating))
    for name, of_take in (("sections", "sections"), ("incidents", "incidents"), ("flags", "flags")):
        counted = Counter(row["take_id"] for row in table(name))
        for lain in lains:
            assert counted[lain.take.id] == len(getattr(lain.take, of_take))
    flags = Counter((row["take_id"], row["kind"], int(row["frame"])) for row in table("flags"))
    assert flags == Counter(
        (lain.take.id, kind, frame) for lain in lains for kind, _, _, frame in lain.flags.elements()
    )


def judge_comp_marks(texts: set[str], timeline: Timeline, *, is_stacked: bool) -> None:
    """The sections that the comp has are marked so, and no others."""
    wanted = set()
    for song in timeline.songs:
        choices = () if song.comp is None else song.comp.choices
        for choice in choices:
            title = choice.section_title
            if choice.take_id is not None:
                again = f" ({choice.pass_index + 1})" if choice.pass_index else ""
                wanted.add(
                    f"{title} [comp {choice.label}]"
                    if is_stacked and song.sections
                    else f"{choice.label} {title}{again} [comp]"
                )
    assert {text for text in texts if "[comp" in text} == wanted


def judge_midi(data: bytes, timeline: Timeline, lains: list[Lain], *, is_stacked: bool) -> None:
    """A reader that is not ours finds each take's section where it was, as near as the tempo can be told."""
    file = mido.MidiFile(file=io.BytesIO(data))
    assert (file.type, file.ticks_per_beat) == (1, 960)
    tick, seconds, micros = 0, Fraction(0), 500_000
    markers: list[tuple[int, Fraction, str]] = []
    meters = []
    for message in file.tracks[0]:
        tick += message.time
        seconds += Fraction(message.time * micros, 960_000_000)
        if message.type == "set_tempo":
            micros = message.tempo
        elif message.type == "marker":
            markers.append((tick, seconds, message.text))
        elif message.type == "time_signature":
            meters.append((tick, f"{message.numerator}/{message.denominator}"))
    assert meters == [(change.tick, str(change.meter)) for change in timeline.meters]
    judge_comp_marks({text for _, _, text in markers}, timeline, is_stacked=is_stacked)
    for lain in [] if is_stacked else lains:
        take = lain.take
        for section, laid in zip(take.sections, timeline.take(take.id).sections, strict=True):
            at_s = [
                marked_s
                for marked, marked_s, text in markers
                if (timeline.take(take.id).is_free or marked == laid.start_tick)
                and text.startswith(f"{take.label} ")
            ]
            # Ramps go in steps that stray by a millisecond at most.
            assert any(
                abs(each - lain.bar1_s - section.start_s) < Fraction(2, 1000) for each in at_s
            )
        for kind, bar, beat, _ in lain.flags:
            words = f"{take.label} {FLAGS[kind]}"
            place = "" if bar is None else f" bar {bar}" + ("" if beat == 1 else f".{beat}")
            assert any(text.startswith(f"{words}{place}") for _, _, text in markers)


def judge_json(values: Any, timeline: Timeline, lains: list[Lain], found: SessionRead) -> None:
    """All of it is there, the comp as the log's own command has it."""
    assert (values["format"], values["format_version"]) == ("countoff session", 1)
    takes = {take["id"]: take for song in values["songs"] for take in song["takes"]}
    assert len(takes) == len(lains)
    for lain in lains:
        take = takes[lain.take.id]
        assert take["bar1_frame"] == nearest_frame(lain.bar1_s, lain.rate_hz)
        flags = Counter(
            (each["kind"], each["bar"], each["beat"], each["frame"]) for each in take["flags"]
        )
        assert flags == lain.flags
        assert [each["start_frame"] for each in take["sections"]] == [
            lain.frame(each.start_s) for each in lain.take.sections
        ]
    for song in values["songs"]:
        read_song = found.song(song["title"])
        assert read_song is not None
        comp = read_song.comp.comp
        assert (None if song["comp"] is None else song["comp"]["master_id"]) == comp.master_id
        if song["comp"] is not None:
            assert [each["take_id"] for each in song["comp"]["choices"]] == [
                choice.take_id for choice in comp.choices
            ]
    assert values["end_frame"] == timeline.end_frame


def judge_sheet(text: str, found: SessionRead) -> None:
    """Each song's comp stands there section by section, in 80 columns."""
    assert all(len(line) <= 80 for line in text.splitlines())
    for song in found.songs:
        comp = song.comp.comp
        labels = {take.id: take.label for take in song.comp.takes}
        joined = re.sub(r"\s+", " ", text)
        for choice in comp.choices:
            if choice.take_id is not None:
                number = labels[choice.take_id].removeprefix("T")
                assert f"{choice.section.title} ← take {number}" in joined


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(days())
def test_every_export_of_the_recorded_timeline_agrees_with_the_day(day: MadeDay) -> None:
    """Song by song and all together: takes, sections, flags and incidents lie where they were."""
    with TemporaryDirectory() as folder:
        found = read(Path(folder), day)
    groups = [found.songs] if day.way == "stacked" else [found.songs, found.songs[-1:]]
    known = [take for take in day.takes if take.daw_bar1_s is not None]
    is_stacked = day.way == "stacked" and len(known) > 1
    for songs in groups:
        timeline = as_recorded(found, songs)
        titles = {song.title for song in songs}
        takes = [take for take in day.takes if take.title in titles]
        part = type(day)(day.rate_hz, day.way, takes, [], [])
        places = (
            dict.fromkeys((t.id for t in takes), Fraction(STACK_S))
            if is_stacked
            else part.places_s()
        )
        assert (timeline.layout is Layout.STACKED) is is_stacked
        lains = [Lain(day, take, places[take.id]) for take in takes]
        for lain in lains:
            judge_take(timeline.take(lain.take.id), lain)
        starts = [take.start_frame for take in timeline.takes]
        assert starts == sorted(lain.frame(lain.take.start_s) for lain in lains)
        judge_bars(timeline)
        labels = written("audacity", timeline, found)
        judge_labels(labels, lains, is_stacked=is_stacked)
        texts = {line.split("\t")[2] for line in labels.decode().splitlines()}
        judge_comp_marks(texts, timeline, is_stacked=is_stacked)
        judge_markers(written("reaper-markers", timeline, found), lains, is_stacked=is_stacked)
        judge_tables(timeline, found, lains)
        judge_midi(written("midi", timeline, found), timeline, lains, is_stacked=is_stacked)
        judge_json(json.loads(written("json", timeline, found)), timeline, lains, found)
        judge_sheet(
            written("comp-sheet", timeline, found).decode(),
            replace(found, songs=tuple(songs)),
        )
