from __future__ import annotations

import uuid
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.config.model import Config
from countoff.core.events import Part, PartState
from countoff.core.session.view import screen_view
from countoff.core.song import Song, steady_song
from countoff.core.tempo import Tempo
from countoff.opening import clock_settings, opening_state, sender_settings
from countoff.takelog.recovery import Choice, DayTempo, Recovered
from countoff.takelog.summaries import TakeSummary

if TYPE_CHECKING:
    from countoff.core.session.state import State

SONGS = tuple(steady_song(title, Tempo(Fraction(120))) for title in ("First", "Second", "Third"))
FASTER = DayTempo(Fraction(123, 120), "123")
AT_NS = 5_000_000_000


def take(
    song: str, number: int, last_bar: int | None = 21, elapsed_s: float | None = None
) -> TakeSummary:
    """Return a take of the session before."""
    return TakeSummary(
        id=f"{song}-{number}",
        session_id="day",
        song=song,
        number=number,
        is_free=elapsed_s is not None,
        start_section="",
        start_bar=1,
        is_looped=False,
        tempo="120",
        written_tempo="120",
        told_note_ticks=960,
        status="interrupted",
        how=None,
        verdict="CANNOT ANSWER",
        started_utc="2026-11-22T10:00:00Z",
        clock_synchronised=True,
        last_bar=last_bar,
        last_beat=1,
        elapsed_s=elapsed_s,
        flags=(),
        incident_count=0,
        click="",
    )


def opened(recovered: Recovered) -> State:
    """Return the state the box begins in."""
    return opening_state(
        Config(), SONGS, recovered, run_id=uuid.uuid4(), session_id="day", at_ns=AT_NS
    )


def chosen(song: str, section: str = "", *, is_looped: bool = False) -> Choice:
    """Return a choice of which only names are known, as of a take."""
    return Choice(song, None, section, 1, is_looped)


def test_the_song_that_was_chosen_is_chosen() -> None:
    """After a power cut in the second song nobody counts in the first one's tempo."""
    state = opened(
        Recovered(session_id="day", last_takes=(take("First", 3),), choice=chosen("Second"))
    )

    assert state.song.title == "Second"


@pytest.mark.parametrize(
    ("section", "is_looped", "start"),
    [
        ("Bridge", True, (1, True)),
        ("Bridge", False, (1, False)),
        ("Vamp", True, (2, False)),
        ("Verse", False, (0, False)),
        ("Gone since", True, (0, False)),
    ],
)
def test_the_next_take_begins_where_it_would_have_begun(
    section: str, is_looped: bool, start: tuple[int, bool]
) -> None:
    """Who was at the bridge before the power cut is there after it, if the song still has one."""
    song = Song(
        "Second",
        tuple(
            replace(SONGS[0].sections[0], name=name, bars=bars)
            for name, bars in (("Verse", 8), ("Bridge", 4), ("Vamp", None))
        ),
    )
    choice = chosen("Second", section, is_looped=is_looped)
    state = opening_state(
        Config(),
        (SONGS[0], song),
        Recovered(session_id="day", choice=choice),
        run_id=uuid.uuid4(),
        session_id="day",
    )

    assert (state.start_index, state.is_looped) == start
    assert state.song.start_section.name == song.sections[start[0]].name


@pytest.mark.parametrize(
    ("section_index", "first_bar", "start_index"),
    [(2, 9, 2), (None, 13, 2), (1, 13, 2), (0, 13, 0), (None, 99, 0)],
)
def test_of_sections_of_one_name_it_is_the_same_one(
    section_index: int | None, first_bar: int, start_index: int
) -> None:
    """By its place in the song, else by its first bar, else the first that has the name."""
    section = SONGS[0].sections[0]
    names = ("Chorus", "Verse", "Chorus")
    song = Song(
        "Second",
        tuple(replace(section, name=name, bars=6) for name in names),
    )
    choice = Choice("Second", section_index, "Chorus", first_bar, is_looped=False)
    state = opening_state(
        Config(), (song,), Recovered(choice=choice), run_id=uuid.uuid4(), session_id="day"
    )

    assert state.start_index == start_index


def test_a_song_that_is_gone_leaves_the_first() -> None:
    """Where the chosen song's file is no longer there, the box begins at the top."""
    assert opened(Recovered(choice=chosen("Deleted"))).song.title == "First"


def test_numbers_go_on_where_the_log_ended() -> None:
    """A number is never used again."""
    state = opened(Recovered(last_number_by_song={"First": 12}))

    assert state.next_number(SONGS[0]) == 13
    assert state.next_number(SONGS[1]) == 1


def test_a_number_that_was_set_is_that_of_the_next_take() -> None:
    """Also after a restart, and of a song that has no take yet."""
    state = opened(
        Recovered(last_number_by_song={"First": 12}, next_number_by_song={"First": 20, "Second": 3})
    )

    assert [state.next_number(song) for song in SONGS[:2]] == [20, 3]


def test_the_session_clock_goes_on_where_it_was() -> None:
    """A new session begins now; one that is carried on began when the log says, if it does."""
    assert opened(Recovered()).session_began_ns == AT_NS
    carried_on = Recovered(session_id="s1", session_began_ns=-5)
    assert opened(carried_on).session_began_ns == -5
    assert opened(Recovered(session_id="s1")).session_began_ns is None


def test_an_interrupted_take_is_named_on_the_screen() -> None:
    """Whoever comes back from the fuse box sees which take it was, and how far it got."""
    state = opened(Recovered(interrupted=(take("Second", 7),), last_takes=(take("Second", 7),)))

    assert screen_view(state, AT_NS + 1).message == "T7 INTERRUPTED BAR 21"


def test_nothing_is_called_well_before_it_was_opened() -> None:
    """Audio and DAW say that they are being opened until their processes have spoken."""
    state = opened(Recovered())

    assert state.parts[Part.AUDIO].state is PartState.WARNING
    assert state.parts[Part.DAW].state is PartState.WARNING
    assert state.parts[Part.DISK].state is PartState.OK


def test_a_session_that_goes_on_has_been_idle_since_the_start() -> None:
    """What is left of the night after a restart counts towards a new session."""
    assert opened(Recovered(session_id="day", session_take_count=4)).idle_since_ns == AT_NS


def test_it_comes_up_on_stage_only_where_that_is_set() -> None:
    """A restart ends stage mode, unless the configuration says that the box lives there."""
    assert not opened(Recovered()).is_on_stage
    config = Config.model_validate({"unit": {"stage": True}})
    state = opening_state(config, SONGS, Recovered(), run_id=uuid.uuid4(), session_id="day")
    assert state.is_on_stage


def test_an_interrupted_take_without_bars_is_named_by_its_time() -> None:
    """A song without tempo got as far as one minute and 22 seconds."""
    state = opened(Recovered(interrupted=(take("Second", 7, None, 82.9),)))

    assert screen_view(state, AT_NS + 1).message == "T7 INTERRUPTED 1:22"


def test_the_days_tempo_and_level_come_back() -> None:
    """After a power cut the song is counted in as it was before it, and as loud."""
    recovered = Recovered(
        session_id="day",
        choice=chosen("Second"),
        tempos={"Second": FASTER},
        click_level_db=-6,
        click_is_muted=True,
    )
    state = opened(recovered)

    assert state.song.tempo == Tempo(Fraction(123))
    assert (state.click_level_db, state.click_is_muted) == (-6, True)
    view = screen_view(state, AT_NS + 1)
    assert (view.tempo, view.tempo_changed, view.click_muted) == ("123", True, True)


def test_a_tempo_that_is_in_the_file_by_now_is_not_applied_again() -> None:
    """The song was saved, or edited, while the box was off: it is played as its file says."""
    day = DayTempo(Fraction(123, 120), "125.05")
    state = opened(Recovered(session_id="day", choice=chosen("First"), tempos={"First": day}))

    assert state.song.tempo == Tempo(Fraction(120))
    assert state.tempo_ratios == {}


def test_the_song_is_laid_out_before_the_first_press() -> None:
    """What a take plays is ready when the box is."""
    assert opened(Recovered()).prepared_song is not None


def test_a_clock_is_a_part_only_where_there_is_one() -> None:
    """As it comes nothing is said of a clock; where it is asked for it is being opened."""
    config = Config.model_validate({"midi": {"clock": "bar_1"}})
    state = opening_state(config, SONGS, Recovered(), run_id=uuid.UUID(int=7), session_id="today")

    assert Part.CLOCK not in opened(Recovered()).parts
    assert state.parts[Part.CLOCK].state is PartState.WARNING


def test_each_port_has_its_offset() -> None:
    """The commands' port and the clock's are two, by name and by how much later they send."""
    midi = {"port": "DAW", "offset_ms": 2.5, "clock_port": "Drums", "clock_offset_ms": -1}
    config = Config.model_validate({"midi": midi})

    commands, clock = sender_settings(config), clock_settings(config)
    assert (commands.port, commands.offset_ns) == ("DAW", 2_500_000)
    assert (clock.port, clock.offset_ns) == ("Drums", -1_000_000)
    assert (commands.client_name, commands.port_name) == ("Countoff", "DAW")
    assert (clock.client_name, clock.port_name) == ("Countoff MIDI", "Clock")
