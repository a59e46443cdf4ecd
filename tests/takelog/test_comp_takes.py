"""A take as a comp sees it: its place in ticks, its flags by section, and what may have spoilt it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.drawing import songs

from countoff.core.certificate import Certificate, Grade
from countoff.core.daw import Verdict
from countoff.core.entries import (
    ClickRejoined,
    DawAnswered,
    FlagKind,
    FlagMade,
    HowEnded,
    IncidentHappened,
    TakeCertified,
    TakeClosed,
    TakeEnded,
    TakeJudged,
    TakePosition,
    TakeRolled,
)
from countoff.core.section import Section
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import BarBeat, Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.takelog.chart_reading import read_chart
from countoff.takelog.charts import chart_of
from countoff.takelog.comp_takes import NotForACompError, comp_take, sections_of
from countoff.takelog.editing import edit_log
from countoff.takelog.edits import Edit, EditKind, write_edit
from countoff.takelog.reader import TakeLog
from countoff.takelog.take_places import places_of

if TYPE_CHECKING:
    from tests.takelog.conftest import Room

    from countoff.core.comp.values import CompTake
    from countoff.core.entries import Entry

BAR_NS = 2_000_000_000
BEAT_NS = BAR_NS // 4
BAR_TICKS = 3840
HARBOUR = steady_song(
    "Harbour",
    Tempo(Fraction(120)),
    first_bars=[("Verse", 1), ("Chorus", 5), ("Outro", 9)],
    bars=10,
)
VERSE, CHORUS, OUTRO = range(3)
CLEAN = Certificate(Grade.BY_COUNTERS, is_clean=True, words="CLICK CLEAN", summary="clean")


class Played:
    """One take of a song at 120 in 4/4, whose bars take 2 s; tells what happens where."""

    def __init__(self, room: Room, chart: Song = HARBOUR, **changes: Any) -> None:
        self.room = room
        room.at_ns += 100 * BAR_NS
        self.bar1_ns = room.at_ns
        started = replace(
            room.take("aa11", chart=chart, is_looped=changes.pop("is_looped", False)),
            bar1_ns=self.bar1_ns,
            **changes,
        )
        self.entries: list[Entry] = [
            room.session(),
            started,
            TakeRolled("aa11", self.bar1_ns, 1, 0),
        ]

    def at(self, bar: float, *, passes: int = 0, pass_bars: int = 4) -> int:
        """Return the host time of a place: 5.25 is the second beat of bar 5."""
        return self.bar1_ns + round((bar - 1 + passes * pass_bars) * BAR_NS)

    def flag(
        self, kind: FlagKind, bar: int, section: str, *, passes: int = 0, beat: int = 1
    ) -> None:
        """Flag a bar, as the rules would have named its section."""
        at_ns = self.at(bar + (beat - 1) / 4, passes=passes)
        count = len(self.entries)
        self.entries.append(
            FlagMade(f"f{count}", "aa11", kind, at_ns, 1, 0, bar, beat, section, whole_take=False)
        )

    def incident(
        self,
        kind: str,
        bar: int | None,
        at_ns: int | None = None,
        detail: str = "",
        *,
        beat: int = 1,
    ) -> None:
        """Let something happen at a bar, or at a moment."""
        when_ns = self.at(bar or 1) if at_ns is None else at_ns
        count = len(self.entries)
        self.entries.append(
            IncidentHappened(
                f"i{count}", when_ns, "aa11", kind, detail, None, None, bar, bar and beat
            )
        )

    def ended(
        self,
        bar: int,
        beat: int = 4,
        *,
        ended_ns: int | None = None,
        how: HowEnded = HowEnded.ENDED,
    ) -> CompTake:
        """End it on the bar line after this beat, or at a moment, and return what a comp sees."""
        at_ns = self.at(bar + beat / 4) if ended_ns is None else ended_ns
        self.entries.append(TakeEnded("aa11", at_ns, 1, 0, bar, beat, how))
        if how is HowEnded.ENDED:
            self.entries.append(TakeClosed("aa11", at_ns + BAR_NS))
        self.room.write(*self.entries)
        return self.seen()

    def seen(self) -> CompTake:
        """Return what a comp sees of it in the log."""
        return comp_take(TakeLog(self.room.folder).take("aa11"), 7)


def edit(room: Room, kind: EditKind, value: Any) -> None:
    """Write an edit of the take."""
    room.tick()
    with edit_log(room.folder) as connection:
        write_edit(connection, Edit(kind, value, take_id="aa11"), room.stamps.now())


def spoiling(take: CompTake) -> list[str]:
    """Return what may be heard in the recording."""
    return [incident.what for incident in take.incidents if incident.spoils]


def test_a_whole_take_ends_on_the_last_bar_line(room: Room) -> None:
    """The log names the last beat that was begun; the take has played it out."""
    take = Played(room).ended(10, 4)
    assert (take.start_tick, take.end_tick) == (0, 10 * BAR_TICKS)
    assert [section.name for section in take.sections] == ["Verse", "Chorus", "Outro"]
    assert (take.number, take.order, take.how, take.verdict) == (1, 7, HowEnded.ENDED, None)
    assert (take.tempo, take.is_clean, take.looped_index) == ("120", True, None)


@pytest.mark.parametrize(
    ("into_beat", "end_tick"),
    [(-0.1, 0), (0.0, 0), (0.5, 480), (0.85, 816), (0.9, 960), (1.3, 960)],
)
def test_a_take_stopped_within_a_beat_ends_there(
    room: Room, into_beat: float, end_tick: int
) -> None:
    """Nearly a beat is a beat, as clocks drift; the beat that was begun is the least."""
    played = Played(room)
    take = played.ended(8, 2, ended_ns=played.at(8.25) + round(into_beat * BEAT_NS))
    assert take.end_tick == pytest.approx(7 * BAR_TICKS + 960 + end_tick, abs=1)


def test_a_take_goes_by_the_stream_that_it_ended_on(room: Room) -> None:
    """After a loss the clicks lie elsewhere, and so does bar 1."""
    played = Played(room)
    shift_ns = 300_000_000
    bar1_ns = played.bar1_ns + shift_ns
    played.entries.append(
        ClickRejoined("aa11", played.at(3), 2, 48_000, 0, 3, 1, bar1_frame=0, bar1_ns=bar1_ns)
    )
    take = played.ended(8, 2, ended_ns=played.at(8.375) + shift_ns)
    assert take.end_tick == pytest.approx(7 * BAR_TICKS + 960 + 480, abs=1)


def test_an_interrupted_take_has_played_up_to_its_last_known_beat(room: Room) -> None:
    """And nothing is known of how it would have gone on."""
    played = Played(room)
    room.write(*played.entries, TakePosition("aa11", played.at(7.5), 1, 0, 7, 3))
    with pytest.raises(NotForACompError, match="T1 still runs"):
        played.seen()
    from countoff.takelog.recovery import recover

    recover(room.folder, room.stamps, "run")
    take = played.seen()
    assert (take.how, take.end_tick) == (None, 6 * BAR_TICKS + 2 * 960)
    assert not take.is_clean


def test_a_take_that_never_rolled_gives_nothing(room: Room) -> None:
    """A count-in that was cancelled has no bar."""
    played = Played(room)
    with pytest.raises(NotForACompError, match="T1 never rolled"):
        played.ended(-1, 2, how=HowEnded.CANCELLED)


def test_a_count_in_before_a_pick_up_gives_nothing(room: Room) -> None:
    """It was cancelled on a beat that the pick-up is on in a take that rolls; nobody had played a note."""
    pick_up = replace(HARBOUR, pick_up_ticks=3 * 960)
    played = Played(room, pick_up)
    del played.entries[2]
    with pytest.raises(NotForACompError, match="T1 never rolled"):
        played.ended(0, 3, how=HowEnded.CANCELLED)


def test_a_take_without_a_chart_is_told_so(room: Room) -> None:
    """Its sections are not known."""
    Played(room).ended(10)
    detail = TakeLog(room.folder).take("aa11")
    with pytest.raises(NotForACompError, match="T1 had no chart yet"):
        comp_take(replace(detail, chart=None), 0)
    with pytest.raises(NotForACompError, match="cannot be read"):
        comp_take(replace(detail, chart="# not a song"), 0)


def test_flags_go_to_the_section_that_they_name(room: Room) -> None:
    """In a section's first bar the foot means the one before; a marker means where it is."""
    played = Played(room)
    played.flag(FlagKind.KEEPER, 5, "Verse", beat=2)
    played.flag(FlagKind.MARKER, 5, "Chorus", beat=2)
    played.flag(FlagKind.FIX_HERE, 7, "Chorus")
    take = played.ended(10)
    assert [(str(flag.kind), flag.section_index, flag.place) for flag in take.flags] == [
        ("keeper", VERSE, "bar 5.2"),
        ("marker", CHORUS, "bar 5.2"),
        ("fix_here", CHORUS, "bar 7"),
    ]


def test_flags_without_a_sections_name_go_by_their_bar(room: Room) -> None:
    """With the same grace for the foot."""
    played = Played(room)
    played.flag(FlagKind.KEEPER, 5, "")
    played.flag(FlagKind.KEEPER, 6, "")
    played.flag(FlagKind.MARKER, 9, "")
    take = played.ended(10)
    assert [flag.section_index for flag in take.flags] == [VERSE, CHORUS, OUTRO]
    edit(room, EditKind.FLAG, {"kind": "keeper", "whole_take": False, "bar": 9, "beat": 1})
    assert played.seen().flags[-1].section_index == OUTRO


def test_there_is_no_section_before_the_one_that_a_take_begins_with(room: Room) -> None:
    """In the first bar of a take from the chorus, the foot means the chorus."""
    played = Played(room, HARBOUR.starting_at(CHORUS))
    played.flag(FlagKind.KEEPER, 5, "")
    take = played.ended(10)
    assert (take.start_tick, [flag.section_index for flag in take.flags]) == (
        4 * BAR_TICKS,
        [CHORUS],
    )


def test_edited_flags_mean_their_bar_and_count_until_taken_back(room: Room) -> None:
    """Who types bar 5 means bar 5; a flag that was taken back by an edit is gone."""
    played = Played(room)
    played.flag(FlagKind.KEEPER, 7, "Chorus")
    (flag,) = played.ended(10).flags
    assert flag.section_index == CHORUS
    edit(room, EditKind.FLAG_TAKEN_BACK, {"flag": "f3"})
    at_5 = {"kind": "fix_here", "whole_take": False, "section": "Chorus", "bar": 5, "beat": 1}
    edit(room, EditKind.FLAG, at_5)
    edit(room, EditKind.FLAG, {"kind": "no_good", "whole_take": True})
    edit(room, EditKind.RATING, 4)
    take = played.seen()
    assert take.rating == 4
    assert [(str(each.kind), each.section_index) for each in take.flags] == [
        ("fix_here", CHORUS),
        ("no_good", None),
    ]


def test_a_loop_is_unrolled(room: Room) -> None:
    """Each pass has its own flags and faults; the foot in a pass's first bar means the one before."""
    chart = HARBOUR.looping(CHORUS)
    played = Played(room, chart, is_looped=True)
    played.flag(FlagKind.KEEPER, 5, "Chorus", passes=2)
    played.flag(FlagKind.FIX_HERE, 6, "Chorus", passes=2)
    played.incident("click gap", 7, at_ns=played.at(7, passes=1))
    take = played.ended(6, 4, ended_ns=played.at(7, passes=3))
    assert take.looped_index == CHORUS
    assert (take.start_tick, take.end_tick) == (4 * BAR_TICKS, (4 + 12 + 2) * BAR_TICKS)
    assert [(str(flag.kind), flag.pass_index) for flag in take.flags] == [
        ("keeper", 1),
        ("fix_here", 2),
    ]
    assert [incident.from_tick for incident in take.incidents] == [(4 + 4 + 2) * BAR_TICKS]
    edit(room, EditKind.FLAG, {"kind": "keeper", "whole_take": False, "section": "Chorus",
                               "bar": 6, "beat": 1})  # fmt: skip
    assert [flag.pass_index for flag in played.seen().flags[2:]] == [0, 1, 2, 3]


def test_a_loop_that_ends_with_a_pass_has_no_further_one(room: Room) -> None:
    """Nor is there one before the first, for a foot in its first bar."""
    played = Played(room, HARBOUR.looping(CHORUS), is_looped=True)
    played.flag(FlagKind.KEEPER, 5, "Chorus")
    take = played.ended(8, 4, ended_ns=played.at(9, passes=1))
    assert take.end_tick == (4 + 8) * BAR_TICKS
    assert [flag.pass_index for flag in take.flags] == [0]
    edit(room, EditKind.FLAG, {"kind": "fix_here", "whole_take": False, "section": "Chorus",
                               "bar": 6, "beat": 1})  # fmt: skip
    assert [flag.pass_index for flag in played.seen().flags[1:]] == [0, 1]


def test_a_free_song_goes_by_its_time(room: Room) -> None:
    """960 ticks to the second, and one section."""
    played = Played(room, free_song("Harbour"))
    played.flag(FlagKind.KEEPER, 0, "")
    take = played.ended(0, 0, ended_ns=played.bar1_ns + 60_000_000_000)
    assert (take.is_free, take.tempo, take.end_tick) == (True, "", 57_600)
    assert [flag.section_index for flag in take.flags] == [0]
    assert [section.title for section in take.sections] == ["whole song"]


def test_what_lies_beside_the_music_spoils_nothing(room: Room) -> None:
    """A dark screen, a stuck pedal, a marker that did not reach the DAW, a fault of the ring-out."""
    played = Played(room)
    for kind in ("screen fault", "pedal stuck", "disk fault", "daw did not stop"):
        played.incident(kind, 3)
    played.incident("daw not told", 3, detail="The DAW was not told to marker. No port.")
    played.incident("audio lost", 10, at_ns=played.at(12), beat=4)
    played.incident("clock jumped", None, at_ns=played.at(0))
    take = played.ended(10)
    in_music = [each for each in take.incidents if each.from_tick in range(10 * BAR_TICKS)]
    assert [each.what for each in in_music if each.spoils] == []
    assert len(take.incidents) == 7


def test_what_happens_in_the_last_beat_spoils(room: Room) -> None:
    """The music was not over yet."""
    played = Played(room)
    played.incident("click gap", 10, at_ns=played.at(10.9), beat=4)
    take = played.ended(10)
    assert [incident.from_tick for incident in take.incidents] == [9 * BAR_TICKS + 3 * 960]


def test_a_take_without_a_click_does_not_miss_it(room: Room) -> None:
    """Somebody recorded it at the DAW: that the box lost its audio is not heard in it."""
    played = Played(room, free_song("Harbour"), began_at_daw=True)
    played.incident("audio lost", None, at_ns=played.at(3))
    played.incident("daw silent", None, at_ns=played.at(4))
    take = played.ended(0, 0, ended_ns=played.at(20))
    assert spoiling(take) == ["daw silent"]


def test_what_may_be_heard_spoils(room: Room) -> None:
    """A late byte, a gap, a DAW that was not told to record: with its bar, or by its moment."""
    played = Played(room)
    played.incident("late midi", 3)
    played.incident("click gap", None, at_ns=played.at(6.5))
    played.incident("daw not told", 2, detail="The DAW was not told to record.")
    take = played.ended(10)
    assert spoiling(take) == ["late midi", "click gap", "daw not told"]
    assert [each.from_tick for each in take.incidents] == [
        2 * BAR_TICKS,
        pytest.approx(5.5 * BAR_TICKS, abs=1),
        BAR_TICKS,
    ]
    assert not take.is_clean


@pytest.mark.parametrize(("is_clean", "spoils"), [(True, []), (False, ["server xrun"])])
def test_an_xrun_is_no_fault_where_the_certificate_is_clean(
    room: Room, is_clean: bool, spoils: list[str]
) -> None:
    """By itself it cost no frame; where something was lost, it did."""
    played = Played(room)
    played.incident("server xrun", 3)
    played.entries.append(TakeCertified("aa11", played.at(12), replace(CLEAN, is_clean=is_clean)))
    take = played.ended(10)
    assert (spoiling(take), take.is_clean) == (spoils, is_clean)


def test_a_lost_click_lasts_until_it_is_back(room: Room) -> None:
    """And to the end where it never came back."""
    played = Played(room)
    played.incident("audio lost", 3)
    played.incident("click rejoined", 6)
    played.incident("audio lost", 7)
    take = played.ended(10)
    spans = [(each.what, each.from_tick, each.to_tick) for each in take.incidents]
    assert spans == [
        ("audio lost", 2 * BAR_TICKS, 5 * BAR_TICKS),
        ("click rejoined", 5 * BAR_TICKS, 5 * BAR_TICKS),
        ("audio lost", 6 * BAR_TICKS, None),
    ]


@pytest.mark.parametrize(
    ("gap", "answered", "expected"),
    [
        (BarBeat(6, 1), 0.5, (5 * BAR_TICKS, None, "bar 6")),
        (BarBeat(-1, 1), 2.0, (-2 * BAR_TICKS, BAR_TICKS, "the count-in")),
        (BarBeat(-1, 1), None, (-2 * BAR_TICKS, None, "the count-in")),
    ],
)
def test_a_gap_lasts_to_the_daws_first_word_or_nobody_knows_how_long(
    room: Room, gap: BarBeat, answered: float | None, expected: tuple[Any, ...]
) -> None:
    """A DAW whose first word came in bar 2 has recorded from there on."""
    played = Played(room, daw_can_answer=True)
    if answered is not None:
        played.entries.append(DawAnswered("aa11", played.at(answered), None))
    judged = TakeJudged("aa11", played.at(12), Verdict.GAP, gap, proves_arming=False)
    played.entries.append(judged)
    take = played.ended(10)
    (incident,) = take.incidents
    from_tick, to_tick, place = expected
    assert (incident.what, incident.from_tick, incident.place) == ("GAP", from_tick, place)
    assert incident.to_tick == (None if to_tick is None else pytest.approx(to_tick, abs=1))
    assert (take.verdict, take.is_clean) == (Verdict.GAP, False)


def test_a_daw_that_could_have_answered_and_did_not_is_not_seen(room: Room) -> None:
    """Also where the log holds no verdict: a power cut came before it."""
    take = Played(room, daw_can_answer=True).ended(10)
    assert (take.verdict, take.may_be_proposed) == (Verdict.NOT_SEEN, False)
    assert not take.is_clean


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_place_of_any_song_is_found_again(data: st.DataObject) -> None:
    """Bar and beat, as the rules name them, lead back to their tick; in a loop with the moment."""
    song: Song = data.draw(songs())
    index = data.draw(st.integers(0, len(song.sections) - 1))
    is_looped = song.sections[index].ticks is not None and data.draw(st.booleans())
    played = song.looping(index) if is_looped else song.starting_at(index)
    tick = played.start_tick + data.draw(st.integers(0, 20_000))
    at_ns = round(played.tempo_map.seconds_at_tick(tick) * 1_000_000_000)
    place = played.place_at_tick(tick)
    chart = replace(song, sections=song.sections[: index + 1]) if is_looped else song
    places = places_of(_bare(played, index, is_looped=is_looped), chart)
    assert places is not None
    found = places.tick_of(place.bar, place.beat, at_ns)
    beat_ticks = played.sections[played.section_index_at_tick(tick)].meter.ticks_per_beat
    assert 0 <= tick - found < beat_ticks
    assert abs(places.tick_at_ns(at_ns) - tick) <= 1
    if not is_looped:
        assert places.section_at(tick) == played.section_index_at_tick(tick)


@settings(max_examples=40, deadline=None)
@given(songs(), st.integers(0, 4), st.sampled_from([Fraction(1), Fraction(93, 92)]))
def test_the_chart_of_a_loop_is_the_song_up_to_there(
    song: Song, number: int, ratio: Fraction
) -> None:
    """As the log writes it, and as it is read again: so a pass of it fits into a comp of the song."""
    song = song.scaled(ratio)
    index = min(number, len(song.sections) - 1)
    if song.sections[index].ticks is None:
        return
    texts = (
        chart_of(SimpleNamespace(chart=song.starting_at(index), is_looped=False)).text,
        chart_of(SimpleNamespace(chart=song.looping(index), is_looped=True)).text,
    )
    whole, loop = (read_chart(text) for text in texts)
    # A song that no file can say, such as one that clicks a note without a name, has no chart.
    if whole is not None:
        assert loop is not None
        assert sections_of(loop) == sections_of(whole)[: index + 1]


@pytest.mark.parametrize("beats", [1, 2, 3, 4])
def test_the_pass_of_a_short_loop_is_found_from_anywhere_in_its_beats(beats: int) -> None:
    """A loop as short as a beat: each moment of it belongs to its own pass, to the last tick."""
    loop = Section("Loop", 1, (TempoSpan(0, Tempo(Fraction(120))),), Meter(beats, 4))
    chart = Song("Loop", (loop,))
    played = chart.looping(0)
    places = places_of(_bare(played, 0, is_looped=True), chart)
    assert places is not None
    for tick in [*range(0, 960 * beats * 3, 320), 959, 960, 960 * beats - 1, 960 * beats]:
        at_ns = round(played.tempo_map.seconds_at_tick(tick) * 1_000_000_000)
        place = played.place_at_tick(tick)
        assert places.tick_of(place.bar, place.beat, at_ns) == tick // 960 * 960


def _bare(played: Song, index: int, *, is_looped: bool) -> Any:
    """Return as much of a take as its places ask for, bar 1 at host time 0."""

    class Bare:
        class summary:  # noqa: N801
            is_free = False
            start_section = played.sections[index].name
            start_bar = played.first_bars[index]

        events: tuple[Any, ...] = ()
        bar1_ns = 0

    Bare.summary.is_looped = is_looped  # type: ignore[attr-defined]
    return Bare
