"""Any day at all: whatever happens in whatever order, the rules of a take hold.

Random days are fed to the studio; every step of them is watched.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.actions import DawCommand, TellDaw, WriteLog
from countoff.core.count_in import NO_COUNT_IN, CountIn
from countoff.core.counts import SenderCounts, StreamCounts
from countoff.core.entries import (
    ClickSilenced,
    FlagChanged,
    FlagMade,
    FlagTakenBack,
    HowEnded,
    IncidentHappened,
    PressLogged,
    TakeCertified,
    TakeClosed,
    TakeEnded,
    TakePosition,
    TakeRolled,
    TakeStarted,
)
from countoff.core.events import (
    ActionAsked,
    AudioLost,
    ClickGap,
    ClickStopped,
    ClockJumped,
    Mishap,
    Part,
    PartReported,
    PartState,
    Pedal,
    PedalMoved,
    PlayerCounted,
    SenderCounted,
)
from countoff.core.section import Subdivision
from countoff.core.session.lighting import tally_view
from countoff.core.session.pedals import Do, Phase
from countoff.core.session.view import next_view_change_ns, screen_view
from countoff.core.song import Song, steady_song
from countoff.core.tally import TallyLight
from countoff.core.tempo import Meter, Tempo

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

    from countoff.core.actions import Action
    from countoff.core.entries import Entry
    from countoff.core.events import Event
    from countoff.core.session.state import State

PAGES = {
    Phase.IDLE: {"idle", "after_take", "fault", "line_check"},
    Phase.COUNT_IN: {"count_in"},
    Phase.ROLLING: {"rolling"},
    Phase.RING_OUT: {"ring_out"},
}
BY_A_HOLD = {"hold", "long hold"}

SHORT = steady_song(
    "Short",
    Tempo(Fraction(240)),
    Meter(3, 4),
    count_in=CountIn(bars=1),
    bars=4,
    first_bars=[("A", 1), ("B", 3)],
)
AT_ONCE = steady_song("At once", Tempo(Fraction("127.3")), Meter(7, 8), count_in=NO_COUNT_IN)
DENSE = steady_song("Dense", Tempo(Fraction(400)), subdivision=Subdivision.SIXTEENTH)


class Ledger:
    """What the log and the DAW were told so far, and what may come next."""

    def __init__(self) -> None:
        self.started: dict[str, TakeStarted] = {}
        self.rolled: set[str] = set()
        self.ended: dict[str, TakeEnded] = {}
        self.closed: set[str] = set()
        self.certified: set[str] = set()
        self.flags: set[str] = set()
        self.ids: set[str] = set()
        self.last_numbers: dict[str, int] = {}
        self.bar_end_asked: set[str] = set()
        self.last_bar: int | None = None
        """The length of the song that rolls."""
        self.daw = DawCommand.STOP
        self.recording_since_ns = 0
        self.recorded_to_ns = 0
        """How far along its timeline the DAW has come, from its beginning."""

    @property
    def open_takes(self) -> list[str]:
        """Takes that began and are not closed."""
        return [take_id for take_id in self.started if take_id not in self.closed]

    def add_id(self, new_id: str) -> None:
        """Take in an id, which nobody has had."""
        assert new_id not in self.ids
        self.ids.add(new_id)

    def tell(self, told: TellDaw) -> None:
        """Record and stop take turns; the DAW is sent on while it is stopped, over no other take."""
        if told.command is DawCommand.RECORD:
            assert self.daw is not DawCommand.RECORD
            self.recording_since_ns = told.at_ns
        elif told.command is DawCommand.LOCATE:
            assert self.daw is DawCommand.STOP
            assert told.locate_s * 10**9 >= self.recorded_to_ns
            self.recorded_to_ns = told.locate_s * 10**9
        else:
            assert self.daw is DawCommand.RECORD
            # A command that is dropped before its moment was never sent.
            self.recorded_to_ns += max(0, told.at_ns - self.recording_since_ns)
        self.daw = told.command

    def write(self, entry: Entry, event: Event, presses: list[PressLogged]) -> None:
        """Take in an entry, which must fit what was logged before."""
        match entry:
            case TakeStarted():
                self.add_id(entry.id)
                assert self.open_takes == []
                assert entry.number == self.last_numbers.get(entry.song, 0) + 1
                assert entry.first_click_ns > entry.at_ns
                # Of a take that begins further on, the song's bar 1 would lie before it.
                assert entry.bar1_ns >= entry.first_click_ns or entry.chart.start_index > 0
                self.last_numbers[entry.song] = entry.number
                self.started[entry.id] = entry
            case TakeRolled(take_id):
                assert self.open_takes == [take_id]
                assert take_id not in self.rolled | self.ended.keys()
                self.rolled.add(take_id)
            case TakePosition(take_id):
                assert self.open_takes == [take_id]
                assert take_id not in self.ended
            case TakeEnded(take_id):
                assert self.open_takes == [take_id]
                assert take_id not in self.ended
                self.ended[take_id] = entry
                self.judge_end(entry, event, presses)
            case TakeClosed(take_id):
                assert take_id in self.ended
                assert take_id not in self.closed
                self.closed.add(take_id)
            case ClickSilenced(take_id):
                assert take_id in self.ended
            case FlagMade():
                self.add_id(entry.id)
                assert entry.take_id in self.started
                assert entry.whole_take is (entry.take_id in self.ended) or not entry.whole_take
                self.flags.add(entry.id)
            case FlagChanged(flag_id) | FlagTakenBack(flag_id):
                assert flag_id in self.flags
            case PressLogged():
                self.add_id(entry.id)
                assert entry.take_id is None or entry.take_id in self.started
                if entry.did.startswith("ends after bar") and entry.take_id is not None:
                    self.bar_end_asked.add(entry.take_id)
            case IncidentHappened():
                self.add_id(entry.id)
                # What is found within half a second after a take still counts for it.
                assert entry.take_id is None or entry.take_id in {*self.started} - self.certified
            case TakeCertified(take_id):
                self.certified.add(take_id)

    def judge_end(self, ended: TakeEnded, event: Event, presses: list[PressLogged]) -> None:
        """A rolling take ends by a hold, by being asked, by its length, or as a young false start."""
        if ended.take_id not in self.rolled:
            assert ended.how is HowEnded.CANCELLED
            return
        assert ended.how is not HowEnded.CANCELLED
        is_at_length = self.last_bar is not None and ended.bar == self.last_bar
        if isinstance(event, ActionAsked) or is_at_length or ended.take_id in self.bar_end_asked:
            return
        gestures = {press.gesture for press in presses if not press.did.startswith("ignored")}
        # Pressed at the end of bar 8, it ends a moment later, when no other pedal has followed.
        is_young = ended.how is HowEnded.FALSE_START and (ended.bar, ended.beat) <= (9, 1)
        assert gestures & BY_A_HOLD or (is_young and "press alone" in gestures)


@pytest.fixture(scope="module")
def watched_studio(open_studio: type[Studio]) -> type[Studio]:
    """A studio in which every step is watched."""

    class WatchedStudio(open_studio):  # type: ignore[misc, valid-type]
        """Judges each step by the ledger."""

        def __init__(self, *songs: Song, **studio_settings: Any) -> None:
            self.ledger = Ledger()
            super().__init__(*songs, **studio_settings)

        def feed(self, event: Event) -> tuple[Action, ...]:
            before, before_words = self.state, repr(self.state)
            take = before.take
            end_tick = take.song.length_ticks if take is not None else None
            self.ledger.last_bar = (
                take.song.place_at_tick(end_tick - 1).bar
                if take is not None and end_tick is not None
                else None
            )
            actions: tuple[Action, ...] = super().feed(event)
            assert repr(before) == before_words
            entries = [action.entry for action in actions if isinstance(action, WriteLog)]
            presses = [entry for entry in entries if isinstance(entry, PressLogged)]
            for action in actions:
                if isinstance(action, TellDaw):
                    self.ledger.tell(action)
                elif isinstance(action, WriteLog):
                    self.ledger.write(action.entry, event, presses)
            assert_agrees(self.state, self.ledger)
            assert_seen(self.state, event.at_ns)
            return actions

    return WatchedStudio


def assert_agrees(state: State, ledger: Ledger) -> None:
    """The phase is what the log says, and the DAW records exactly while a take is open."""
    open_takes = ledger.open_takes
    is_rehearsal = state.take is not None and state.take.is_rehearsal
    assert (state.take is None) is (state.phase is Phase.IDLE)
    if state.take is None or is_rehearsal:
        assert open_takes == []
        assert ledger.daw is DawCommand.STOP
        assert state.phase is not Phase.RING_OUT
    else:
        assert open_takes == [state.take.id]
        assert ledger.daw is DawCommand.RECORD
        assert (state.take.id in ledger.ended) is (state.phase is Phase.RING_OUT)
        assert (state.take.id in ledger.rolled) is (state.phase is not Phase.COUNT_IN)


def assert_seen(state: State, at_ns: int) -> None:
    """The screen can show it and agrees with the phase; nothing claims that the DAW records."""
    view = screen_view(state, at_ns)
    assert view.page in PAGES[state.phase]
    assert 0 <= view.beat <= view.beats_in_bar
    assert view.bars_left is None or view.bars_left >= 0
    assert view.rehearsing is (state.take is not None and state.take.is_rehearsal)
    light = tally_view(state, at_ns).light
    assert light is not TallyLight.RECORDING
    check = state.line_check
    is_checked = check is not None and check.is_under_way
    assert not is_checked or state.phase is Phase.IDLE
    assert (light is TallyLight.LINE_CHECK) is is_checked
    if not is_checked and (state.take is None or state.take.is_rehearsal):
        assert light in {TallyLight.OFF, TallyLight.FAULT, TallyLight.DAW_LOST}
    change_ns = next_view_change_ns(state, at_ns)
    assert change_ns is None or change_ns > at_ns


pedals = st.sampled_from(Pedal)
actions = st.sampled_from([*Do, "tap_tempo", ""])
waits = st.one_of(st.floats(0, 0.1), st.floats(0, 1), st.floats(0, 30))

happenings = st.one_of(
    st.tuples(st.just("press"), pedals, st.sampled_from([0.0, 0.02, 0.15, 0.7, 2.2, 11.0])),
    st.tuples(st.just("press"), pedals, st.sampled_from([0.02, 0.15, 0.7, 2.2])),
    st.tuples(st.just("edge"), pedals, st.booleans(), st.floats(0, 0.006)),
    st.tuples(st.just("hold"), pedals, actions, st.booleans(), st.floats(0, 2)),
    st.tuples(st.just("ask"), actions),
    st.tuples(st.just("lose audio")),
    st.tuples(st.just("open stream"), st.integers(-200, 200), st.sampled_from([44_100, 48_000])),
    st.tuples(st.just("better fit"), st.integers(-200, 200), st.integers(-50_000, 50_000)),
    st.tuples(st.just("gap"), st.integers(0, 100_000)),
    st.tuples(st.just("gap now"), st.integers(1, 5_000)),
    st.tuples(st.just("counted"), st.integers(1, 3), st.integers(-50_000, 10**7), st.booleans()),
    st.tuples(st.just("sent"), st.integers(1, 2), st.integers(0, 10**6)),
    st.tuples(st.just("jumped"), st.integers(-(10**8), 10**8)),
    st.tuples(st.just("faded")),
    st.tuples(st.just("mishap")),
    st.tuples(st.just("part"), st.sampled_from(Part), st.sampled_from(PartState)),
)


def let_happen(studio: Studio, what: tuple[Any, ...], epoch: int) -> None:
    """Let one thing happen now."""
    now_s, now_ns = studio.now_s, studio.now_ns
    match what:
        case ("press", pedal, hold_s):
            studio.press(pedal, now_s, hold_s)
        case ("hold", pedal, action, is_second_press, after_s):
            # Somebody else asks for something before the hold is long enough.
            if is_second_press:
                studio.press(pedal, now_s, 0.1)
            down_s = studio.now_s + 0.1
            studio.down(pedal, down_s)
            studio.ask(action, down_s + after_s)
            studio.up(pedal, down_s + 2.2)
        case ("edge", pedal, is_down, ago_s):
            studio.feed(PedalMoved(now_ns - round(ago_s * 1e9), pedal, is_down))
        case ("ask", action):
            studio.ask(action, now_s)
        case ("lose audio",):
            studio.lose_audio(now_s)
        case ("open stream", ppm, rate_hz):
            studio.regain_audio(now_s, epoch=epoch, ppm=ppm, rate_hz=rate_hz)
        case ("better fit", ppm, later_ns):
            if studio.stream is not None:
                studio.open_better_fit(ppm, later_ns)
        case ("gap", frame):
            studio.feed(ClickGap(now_ns, 1, frame, 480))
        case ("gap now", frames):
            clock = studio.state.clock
            if clock is not None:
                frame = clock.frame_at_ns(now_ns) + frames
                studio.feed(ClickGap(now_ns, clock.epoch, frame, frames))
        case ("counted", process, ahead_frames, is_stand_in):
            clock = studio.state.clock
            if clock is not None:
                frame = clock.frame_at_ns(now_ns) + ahead_frames
                counts = StreamCounts(next_frame=frame, missed_clicks=ahead_frames % 3)
                studio.feed(PlayerCounted(now_ns, process, clock.epoch, counts, is_stand_in))
        case ("sent", process, count):
            studio.feed(SenderCounted(now_ns, Part.DAW, process, SenderCounts(sent=count)))
        case ("jumped", jump_ns):
            studio.feed(ClockJumped(now_ns, epoch, jump_ns))
        case ("faded",):
            studio.feed(ClickStopped(now_ns, 1, 5))
        case ("mishap",):
            studio.feed(Mishap(now_ns, "late byte", "A byte left 12 ms late."))
        case ("part", part, part_state):
            studio.feed(PartReported(now_ns, part, part_state, "It says so."))
            if part is Part.AUDIO and part_state is PartState.FAULT:
                studio.feed(AudioLost(now_ns, "It says so."))


@settings(max_examples=200)
@given(st.data())
def test_any_day_keeps_the_rules(watched_studio: type[Studio], data: st.DataObject) -> None:
    """No event in any order breaks a rule, and at the end of the day every take is closed."""
    songs = data.draw(st.permutations([SHORT, AT_ONCE, DENSE, watched_studio.kingdom]))
    studio = watched_studio(*songs)
    day = data.draw(st.lists(st.tuples(waits, happenings), max_size=40))
    for number, (wait_s, what) in enumerate(day):
        studio.run_to(studio.now_s + wait_s)
        let_happen(studio, what, epoch=number + 2)
    for pedal in Pedal:
        studio.feed(PedalMoved(studio.now_ns, pedal, is_down=False))
    studio.run_to(studio.now_s + 1)
    studio.ask("stop", studio.now_s)
    studio.run_to(studio.now_s + 12)
    assert studio.phase is Phase.IDLE
    assert studio.ledger.closed == set(studio.ledger.started) == set(studio.ledger.ended)
    assert studio.ledger.daw is DawCommand.STOP
    certified = [entry.take_id for entry in studio.logged(TakeCertified)]
    assert certified == [entry.take_id for entry in studio.logged(TakeClosed)]


@pytest.mark.parametrize("seed", range(4))
def test_a_day_of_stamping_feet_keeps_the_rules(watched_studio: type[Studio], seed: int) -> None:
    """An hour of four pedals trodden at random, mostly on purpose: not one rule is broken."""
    chance = random.Random(seed)
    studio = watched_studio(watched_studio.kingdom_ending_after(24), SHORT, AT_ONCE)
    while studio.now_s < 3600:
        studio.run_to(studio.now_s + chance.choice([0.01, 0.1, 0.4, 1, 3, 10, 40]))
        studio.press(chance.choice(list(Pedal)), studio.now_s, chance.choice([0.05, 0.2, 0.7, 2.2]))
    assert len(studio.ledger.started) > 10
    assert len(studio.ledger.flags) > 10
