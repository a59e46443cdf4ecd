"""What stands in an exported MIDI file, as mido reads it, and what is said of the rest."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import mido
import pytest
from hypothesis import HealthCheck, given, settings

import countoff.songs
from core.drawing import songs
from countoff.core.plan import score
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan
from countoff.export.midi_file import NotExportedError, midi_file
from countoff.songs.importing.midi_file import song_of_midi_file
from countoff.songs.reading import read_song
from songs.drawing import written_songs

PATH = Path("song.mid")
EXAMPLES = sorted((Path(countoff.songs.__file__).parent / "examples").glob("*.toml"))
MICROS = 1_000_000


@dataclass(frozen=True)
class Read:
    """A file as mido understands it: ticks from its beginning."""

    name: str
    keys: list[str]
    tempos: list[tuple[int, int]]
    meters: list[tuple[int, str]]
    markers: list[tuple[int, str]]
    end_tick: int

    def seconds_at(self, tick: int) -> Fraction:
        """Return when a tick comes, by adding up what is between the tempo events."""
        seconds, at_tick, micros = Fraction(0), 0, 500_000
        for tempo_tick, tempo_micros in self.tempos:
            if tempo_tick >= tick:
                break
            seconds += Fraction((tempo_tick - at_tick) * micros, 960 * MICROS)
            at_tick, micros = tempo_tick, tempo_micros
        return seconds + Fraction((tick - at_tick) * micros, 960 * MICROS)


def read(data: bytes) -> Read:
    """Read a file by mido, and fail where it is not of the form that every DAW takes."""
    file = mido.MidiFile(file=io.BytesIO(data))
    assert (file.type, file.ticks_per_beat, len(file.tracks)) == (1, 960, 1)
    found = Read("", [], [], [], [], 0)
    name, tick = "", 0
    for message in file.tracks[0]:
        tick += message.time
        match message.type:
            case "track_name":
                name = message.name
            case "key_signature":
                found.keys.append(message.key)
            case "set_tempo":
                found.tempos.append((tick, message.tempo))
            case "time_signature":
                found.meters.append((tick, f"{message.numerator}/{message.denominator}"))
            case "marker":
                found.markers.append((tick, message.text))
            case "end_of_track":
                pass
            case other:
                pytest.fail(f"There is a {other} in the file.")
    return replace(found, name=name, end_tick=tick)


def exported(song: Song) -> Read:
    """Export a song and read it."""
    return read(midi_file(song)[0])


def said(song: Song) -> str:
    """Return all that is said of an exported song."""
    return " ".join(midi_file(song)[1])


def largest_said_s(song: Song) -> Fraction:
    """Return the largest error that is said to be in the file; a microsecond is not worth it."""
    match = re.search(r"No tick of the file is more than (\d+\.\d\d) ms off", said(song))
    return Fraction(match[1]) / 1000 if match else Fraction(1, MICROS)


def section(
    name: str, bars: int | None, tempo: str | TempoSpan, meter: tuple[int, int] = (4, 4)
) -> Section:
    """Return a section of one tempo or one ramp."""
    span = tempo if isinstance(tempo, TempoSpan) else TempoSpan(0, Tempo(Fraction(tempo)))
    return Section(name, bars, (span,), Meter(*meter))


def ramp(first: int, last: int, linear_in: LinearIn = LinearIn.BEATS) -> TempoSpan:
    """Return a ramp over a whole section."""
    return TempoSpan(0, Tempo(Fraction(first)), Tempo(Fraction(last)), linear_in)


SONG = Song(
    "Long Way Down",
    (
        section("Verse", 4, "120"),
        section("Bridge", 2, "96", (7, 8)),
        section("Chorus", 4, "120"),
        section("Outro", 2, "60"),
    ),
    key="F# minor",
)


def test_tempo_meter_and_markers_stand_at_their_ticks() -> None:
    """Title and key at the beginning; a meter only where it changes; a marker for each section."""
    found = exported(SONG)
    assert (found.name, found.keys) == ("Long Way Down", ["F#m"])
    bridge, chorus, outro = 4 * 3840, 4 * 3840 + 2 * 3360, 8 * 3840 + 2 * 3360
    assert found.tempos == [(0, 500_000), (bridge, 625_000), (chorus, 500_000), (outro, 1_000_000)]
    assert found.meters == [(0, "4/4"), (bridge, "7/8"), (chorus, "4/4")]
    assert found.markers == [
        (0, "Verse"), (bridge, "Bridge"), (chorus, "Chorus"), (outro, "Outro")
    ]  # fmt: skip
    assert found.end_tick == outro + 2 * 3840
    assert midi_file(SONG)[1] == ("A MIDI file does not hold: the count-in.",)


def test_tempo_and_meter_come_before_the_marker_of_the_same_tick() -> None:
    """Some readers take a marker's time from the tempo that they know by then."""
    file = mido.MidiFile(file=io.BytesIO(midi_file(SONG)[0]))
    order = [message.type for message in file.tracks[0]]
    assert order[:5] == ["track_name", "key_signature", "set_tempo", "time_signature", "marker"]


def test_the_metronome_of_a_compound_meter_is_dotted() -> None:
    """A reader that clicks by the file's own metronome clicks twice in 6/8, seven times in 7/8."""
    song = Song("", (section("", 1, "100", (6, 8)), section("", 1, "100", (7, 8))))
    file = mido.MidiFile(file=io.BytesIO(midi_file(song)[0]))
    clocks = [each.clocks_per_click for each in file.tracks[0] if each.type == "time_signature"]
    assert clocks == [36, 12]


def test_a_tempo_that_is_not_whole_microseconds_is_rounded_and_said() -> None:
    """Four minutes of 113.7 are 0.23 ms short in the file, and the limit is given."""
    song = steady_song("Kingdom", Tempo(Fraction("113.7")), bars=114)
    assert exported(song).tempos == [(0, 527_704)]
    assert "so these are rounded: 113.7." in said(song)
    assert largest_said_s(song) == Fraction("0.00023")


@pytest.mark.parametrize("linear_in", LinearIn)
@pytest.mark.parametrize(("first", "last", "bars"), [(96, 70, 4), (40, 300, 1), (60, 61, 64)])
def test_a_ramp_becomes_steps_that_nobody_hears(
    linear_in: LinearIn, first: int, last: int, bars: int
) -> None:
    """Each 16th of it is within 0.7 ms, and what comes after it is on time."""
    song = Song(
        "", (section("", bars, ramp(first, last, linear_in)), section("", 4, str(last)))
    )  # fmt: skip
    found = exported(song)
    for tick in range(0, bars * 3840, 240):
        exact_s = song.whole_tempo_map.seconds_at_tick(tick)
        assert abs(found.seconds_at(tick) - exact_s) < Fraction(7, 10_000)
    end_tick = bars * 3840
    exact_s = song.whole_tempo_map.seconds_at_tick(end_tick)
    assert abs(found.seconds_at(end_tick) - exact_s) < Fraction(2, MICROS)
    assert f"The ramp became {len(found.tempos) - 1} steps" in said(song) or first == 60


def test_a_slow_ramp_has_few_steps() -> None:
    """A DAW's tempo track stays readable: as many steps as are needed, and not one a tick."""
    song = Song("", (section("", 4, ramp(96, 70)), section("", 4, "70")))
    assert len(exported(song).tempos) <= 40


@pytest.mark.parametrize(
    ("meter", "pick_up_ticks", "front"),
    [((4, 4), 960, "1/4"), ((4, 4), 480, "1/8"), ((4, 4), 1440, "3/8"), ((6, 8), 480, "1/8"),
     ((3, 4), 1920, "2/4"), ((4, 4), 120, "1/32")],
)  # fmt: skip
def test_a_pick_up_is_a_short_bar_in_front(
    meter: tuple[int, int], pick_up_ticks: int, front: str
) -> None:
    """As notation programs write it: a marker of its own, and bar 1 after it."""
    song = Song("", (section("Verse", 4, "120", meter),), pick_up_ticks=pick_up_ticks)
    found = exported(song)
    assert found.meters == [(0, front), (pick_up_ticks, f"{meter[0]}/{meter[1]}")]
    assert found.markers == [(0, "Pick-up"), (pick_up_ticks, "Verse")]
    assert f"The pick-up is a bar of its own, {front}, in front" in said(song)


def test_a_pick_up_that_no_meter_fits_stands_at_the_end_of_a_whole_bar() -> None:
    """A triplet has no meter: a bar goes in front, and a marker where the pick-up begins in it."""
    song = Song("", (section("Verse", 4, "120"),), pick_up_ticks=320)
    found = exported(song)
    assert found.meters == [(0, "4/4")]
    assert found.markers == [(3520, "Pick-up"), (3840, "Verse")]
    assert "The pick-up is at the end of a bar of 4/4 in front" in said(song)


def test_a_pick_up_to_one_open_section_comes_back() -> None:
    """Also where its marker is the file's last event, and stands within a bar."""
    song = Song("Vamp", (section("", None, "120"),), pick_up_ticks=320)
    again, _ = song_of_midi_file(midi_file(song)[0], PATH)
    assert (again.pick_up_ticks, again.length_ticks) == (320, None)


def test_a_song_without_an_end_ends_with_its_last_event() -> None:
    """Nothing comes after the last marker, and that is said."""
    song = Song("", (section("Verse", 4, "120"), section("Vamp", None, "120")))
    found = exported(song)
    assert found.end_tick == found.markers[-1][0] == 4 * 3840
    assert "The last section has no length" in said(song)
    assert "drifts" not in said(song)


def test_a_song_without_an_end_drifts_and_that_is_said() -> None:
    """Without a length there is no largest error: what a minute costs is said instead."""
    song = steady_song("Kingdom", Tempo(Fraction("113.7")))
    assert "the file drifts from the song by 0.055 ms a minute." in said(song)
    assert "No tick" not in said(song)


def test_the_tempo_after_a_last_ramp_is_no_part_of_the_file() -> None:
    """A ramp to the song's end leaves the end where it is: nothing stands on it."""
    song = Song("", (section("Outro", 2, ramp(104, 60)),))
    found = exported(song)
    assert found.tempos[-1][0] < found.end_tick == 2 * 3840
    assert song_of_midi_file(midi_file(song)[0], PATH)[0].length_ticks == 2 * 3840


def test_what_the_format_cannot_hold_is_said_and_nothing_else() -> None:
    """Each thing that this song has and the file has not, by its name."""
    loud = replace(
        section("Verse", 4, "120"), level_db=-6.0, pattern="X.x.", grouping=(2, 2),
        subdivision=Subdivision.EIGHTH,
    )  # fmt: skip
    silent = replace(section("Break", 4, "120"), has_click=False, beat_ticks=1920)
    song = Song("", (loud, silent), artist="Anna", notes="Loud", key="none of yours")
    for what in ("the count-in", "artist", "notes", "click levels", "sections without click",
                 "patterns", "subdivisions", "groupings", "the note that is clicked as the beat"):  # fmt: skip
        assert what in said(song)
    assert 'The key "none of yours" is none that a MIDI file can name' in said(song)


def test_names_are_plain_text() -> None:
    """DAWs read text in different encodings; accents go, and that is said."""
    song = Song("Ærø Größe", (section("Réfrain", 4, "120"), section("Припев", 4, "120")))
    found = exported(song)
    assert found.name == "AEro Grosse"
    assert [name for _, name in found.markers] == ["Refrain", "??????"]
    assert "Names are written without accents" in said(song)


def test_a_song_without_tempo_is_not_exported() -> None:
    """There is nothing to write, and a sentence says so."""
    with pytest.raises(NotExportedError, match='"Jam" has no tempo'):
        midi_file(free_song("Jam"))


def test_a_song_is_exported_whole_wherever_its_takes_start() -> None:
    """Where a take begins is no part of the song."""
    assert midi_file(SONG.starting_at(2)) == midi_file(SONG)


def check(song: Song) -> None:
    """Compare what mido reads with the song: meters, markers, and the time of every click."""
    found = exported(song)
    names = [name for _, name in found.markers if name != "Pick-up"]
    assert names == [each.name for each in song.sections]
    section_ticks = [tick for tick, name in found.markers if name != "Pick-up"]
    front_ticks = section_ticks[0]
    assert [tick - front_ticks for tick in section_ticks] == list(song.start_ticks)
    assert front_ticks >= song.pick_up_ticks
    meters: list[tuple[int, str]] = []
    for each, start_tick in zip(song.sections, section_ticks, strict=True):
        if not meters or meters[-1][1] != str(each.meter):
            meters.append((start_tick, str(each.meter)))
    in_song = [(tick, meter) for tick, meter in found.meters if tick >= front_ticks]
    # A whole bar in front of a pick-up has the meter of bar 1 already.
    assert in_song in (meters, meters[1:])
    if song.length_ticks is not None:
        assert found.end_tick == front_ticks + song.length_ticks
    stated_s = largest_said_s(song)
    last_tick = found.end_tick - front_ticks
    ticks, _, _ = score(song, song.start_tick, last_tick + 1)
    origin_s = song.whole_tempo_map.seconds_at_tick(-front_ticks)
    for tick in {*ticks.tolist(), *song.start_ticks, last_tick}:
        if tick < -front_ticks:
            continue
        exact_s = song.whole_tempo_map.seconds_at_tick(tick) - origin_s
        assert abs(found.seconds_at(front_ticks + tick) - exact_s) <= stated_s
    # A ramp is within 1 ms; beside that, steady tempos cost up to a microsecond a quarter note.
    assert stated_s <= Fraction(1, 1000) + Fraction(found.end_tick, 960 * MICROS)


@given(songs())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_song_reads_back_as_it_is(song: Song) -> None:
    """Meters and markers on their ticks, and every click within the error that is stated."""
    check(song)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_reads_back_as_it_is(path: Path) -> None:
    """The long and nasty one too, and again after it was imported."""
    song, _ = read_song(path)
    assert song is not None
    if song.is_free:
        return
    named = tuple(replace(each, name=each.name or "All of it") for each in song.sections)
    check(replace(song, sections=named))
    data, _ = midi_file(song)
    assert midi_file(song_of_midi_file(data, PATH)[0])[0] == data


@given(written_songs(most_sections=4).filter(lambda song: not song.is_free))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_that_was_exported_is_imported_and_exported_the_same(song: Song) -> None:
    """Export, import, export: the same bytes, the same bars, the same pick-up."""
    data, _ = midi_file(song)
    again, _ = song_of_midi_file(data, PATH)
    assert midi_file(again)[0] == data
    if again.sections[0].name != "Pick-up":
        assert again.pick_up_ticks == song.pick_up_ticks
        assert again.start_ticks == song.start_ticks
        assert again.length_ticks == song.length_ticks
        assert [each.meter for each in again.sections] == [each.meter for each in song.sections]
