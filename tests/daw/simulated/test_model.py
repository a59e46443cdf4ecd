from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.daw.simulated import profiles_for_tests as daws

from countoff.core.daw import DawTransport
from countoff.daw.profile import Recording
from countoff.daw.simulated.asked import Ask
from countoff.daw.simulated.model import REACTION_NS, SimulatedDaw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.daw.profile import Profile
    from countoff.daw.timed import Timed

MS = 1_000_000
S = 1000 * MS
SOON = REACTION_NS

# By hand, as the documents of the dialects have them.
STROBE = "f07f7f0606f7"
EXIT = "f07f7f0607f7"
STOP = "f07f7f0601f7"
LOCATE_TEN_MINUTES = "f07f7f06440601200a000000f7"  # 25 frames a second, 00:10:00:00
MACKIE_RECORD = ("905f7f", "905f00")
MACKIE_PLAY = ("905e7f", "905e00")
MACKIE_STOP = ("905d7f", "905d00")
MACKIE_MARKER = ("90547f", "905400")
RECORD_LIGHT = {"off": "905f00", "blinks": "905f01", "on": "905f7f"}
PLAY_LIGHT = {"off": "905e00", "on": "905e7f"}
STOP_LIGHT = {"off": "905d00", "on": "905d7f"}
QUERY = "f000006614 00f7".replace(" ", "")
ONLINE = "f00000661401 58595a30303030 01020304f7".replace(" ", "")
HUI_PING, HUI_ANSWER = "900000", "90007f"
HUI_RECORD = ("b00f0e", "b02f45", "b00f0e", "b02f05")
HUI_PLAY = ("b00f0e", "b02f44", "b00f0e", "b02f04")
HUI_STOP = ("b00f0e", "b02f43", "b00f0e", "b02f03")
PULSE, START, CONTINUE, CLOCK_STOP = "f8", "fa", "fb", "fc"


class Room:
    """A DAW in a test: tells it bytes written as hex, keeps what it says."""

    def __init__(self, profile: Profile) -> None:
        self.daw = SimulatedDaw(profile)
        self.said: list[Timed] = []
        self.keep(self.daw.start(0))

    def keep(self, said: Sequence[Timed]) -> list[str]:
        """Keep what was said; return it as hex."""
        self.said += said
        return [timed.data.hex() for timed in said]

    def tell(self, at_ns: int, *messages: str) -> list[str]:
        """Tell it messages; return what it has said by then."""
        said: list[str] = []
        for message in messages:
            said += self.keep(self.daw.hear(at_ns, bytes.fromhex(message)))
        return said

    def wait(self, to_ns: int) -> list[str]:
        """Let time pass; return what it says meanwhile."""
        return self.keep(self.daw.pass_time(to_ns))

    def use(self, at_ns: int, what: Ask) -> list[str]:
        """Have its own user do something."""
        return self.keep(self.daw.use(at_ns, what))

    @property
    def transport(self) -> DawTransport:
        """What it does."""
        return self.daw.transport

    def spans(self) -> list[tuple[float, float]]:
        """Return what it has recorded, as seconds of its timeline."""
        return [(float(take.from_s), float(take.to_s)) for take in self.daw.machine.takes]


def test_mmc_records_stops_and_goes_where_it_is_sent() -> None:
    """Record Strobe rolls by itself, Exit and Stop end the take, Locate sends it on."""
    room = Room(daws.MMC)

    room.tell(1 * S, LOCATE_TEN_MINUTES)
    room.tell(2 * S, STROBE)
    assert room.transport is DawTransport.STOPPED
    room.wait(2 * S + SOON)
    assert room.transport is DawTransport.RECORDING
    room.tell(5 * S, EXIT, STOP)
    room.wait(6 * S)

    assert room.transport is DawTransport.STOPPED
    assert room.spans() == [(600.0, 603.0)]
    assert room.daw.machine.takes[0].at_ns == 2 * S + SOON
    assert room.said == []


def test_record_exit_punches_out() -> None:
    """The DAW rolls on after it, and records no more."""
    room = Room(daws.MMC)

    room.tell(0, STROBE)
    room.tell(1 * S, EXIT)
    room.wait(2 * S)

    assert room.transport is DawTransport.PLAYING
    assert room.spans() == [(0.0, 1.0)]


def test_a_locate_while_it_rolls_stops_it() -> None:
    """As Ardour does."""
    room = Room(daws.MMC)

    room.tell(0, STROBE)
    room.tell(1 * S, LOCATE_TEN_MINUTES)
    room.wait(9 * S)

    assert room.transport is DawTransport.STOPPED
    assert room.daw.seconds_at(9 * S) == 600


def test_the_record_button_of_one_that_rolls() -> None:
    """It records at once; the record light is on as long as it does."""
    room = Room(daws.ROLLS)

    assert room.wait(1 * S) == []
    room.tell(1 * S, *MACKIE_RECORD)
    said = room.wait(1 * S + SOON)
    assert said[:3] == [RECORD_LIGHT["on"], PLAY_LIGHT["on"], STOP_LIGHT["off"]]
    assert room.transport is DawTransport.RECORDING
    room.tell(3 * S, *MACKIE_STOP)
    said = room.wait(3 * S + SOON)

    assert said[:3] == [RECORD_LIGHT["off"], PLAY_LIGHT["off"], STOP_LIGHT["on"]]
    assert room.spans() == [(0.0, 2.0)]


def test_the_record_button_of_one_that_arms() -> None:
    """It blinks while it is armed; only play makes it record; pressed again it disarms."""
    room = Room(daws.ARMS)

    room.tell(1 * S, *MACKIE_RECORD)
    assert room.wait(2 * S) == [RECORD_LIGHT["blinks"]]
    assert room.transport is DawTransport.ARMED
    room.tell(2 * S, *MACKIE_RECORD)
    assert room.wait(3 * S) == [RECORD_LIGHT["off"]]
    room.tell(3 * S, *MACKIE_RECORD, *MACKIE_PLAY)
    assert RECORD_LIGHT["on"] in room.wait(3 * S + SOON)
    assert room.transport is DawTransport.RECORDING


def test_play_while_it_rolls_jumps_back() -> None:
    """As in Ardour: the take ends where it was, and another begins at the start of the first."""
    room = Room(daws.ARMS)

    room.tell(0, *MACKIE_RECORD, *MACKIE_PLAY)
    room.tell(4 * S, *MACKIE_PLAY)
    room.wait(6 * S + SOON)

    assert room.transport is DawTransport.RECORDING
    assert room.spans() == [(0.0, 4.0)]
    assert room.daw.seconds_at(6 * S + SOON) == 2


def test_a_record_light_that_is_on_while_armed() -> None:
    """It is on before anything is recorded: only with the play light it means recording."""
    room = Room(daws.LIT_WHEN_ARMED)

    room.tell(0, *MACKIE_RECORD)

    assert room.wait(1 * S) == [RECORD_LIGHT["on"]]
    assert room.transport is DawTransport.ARMED


def test_all_lights_are_said_at_the_start_and_to_a_surface_that_comes() -> None:
    """A surface that tells that it is there gets every light and all ten digits again."""
    room = Room(daws.ROLLS)
    first = [timed.data.hex() for timed in room.said]

    again = room.tell(5 * S, ONLINE)

    lights = [RECORD_LIGHT["off"], PLAY_LIGHT["off"], STOP_LIGHT["on"]]
    assert first[0] == QUERY
    assert set(lights) <= set(first)
    assert set(lights) <= set(again)
    digits = [data for data in again if data.startswith("b04")]
    assert [data[2:4] for data in digits] == [f"{number:x}" for number in range(0x40, 0x4A)]
    # From the right: frames "  0"…, each of hours, minutes and seconds ends with a dot.
    assert [data[4:] for data in digits] == [
        *("30", "30", "20"),
        *("70", "30"),
        *("70", "30"),
        *("70", "30", "20"),
    ]


def test_the_display_moves_while_it_rolls_and_then_stands() -> None:
    """Something comes at least 20 times a second, of digits only those that have changed."""
    room = Room(daws.ROLLS)
    room.tell(0, *MACKIE_RECORD)

    while_rolling = room.wait(2 * S)
    room.tell(2 * S, *MACKIE_STOP)
    room.wait(3 * S)

    assert len([data for data in while_rolling if data.startswith("b040")]) >= 40
    # The seconds' right-hand digit went to 1: character 1 with its dot.
    assert "b04371" in while_rolling
    assert room.wait(60 * S) == []


def test_the_markers_of_mackie_control() -> None:
    """A marker is made where it is."""
    room = Room(daws.ROLLS)
    room.tell(0, *MACKIE_RECORD)
    room.tell(3 * S, *MACKIE_MARKER)
    room.wait(4 * S)

    (marker,) = room.daw.machine.markers

    assert marker.seconds == 3


def test_hui_pings_and_tells_only_who_answers() -> None:
    """Without an answer nothing but pings comes; with one, every light; then what changes."""
    room = Room(daws.HUI)

    assert set(room.wait(4 * S)) == {HUI_PING}
    lights = room.tell(4 * S, HUI_ANSWER)
    assert lights[:2] == ["b00c0e", "b02c05"]  # record off
    room.tell(4 * S, *HUI_RECORD, *HUI_PLAY)
    said = room.wait(4 * S + SOON)
    assert "b02c45" in said  # record on
    assert "b02c44" in said  # play on
    assert "b02c03" in said  # stop off
    assert room.transport is DawTransport.RECORDING
    room.tell(5 * S, HUI_ANSWER, *HUI_STOP)
    room.wait(6 * S)

    assert room.spans() == [(0.0, 1.0)]


def test_hui_stops_talking_to_a_surface_that_has_gone() -> None:
    """After some seconds without an answer only pings come; when it answers again, everything."""
    room = Room(daws.HUI)
    room.tell(0, HUI_ANSWER, *HUI_RECORD, *HUI_PLAY)
    room.wait(5 * S)

    assert set(room.wait(20 * S)) == {HUI_PING}
    assert "b02c45" in room.tell(20 * S, HUI_ANSWER)


def test_hui_flashes_while_it_is_armed() -> None:
    """Its record light goes on and off, as Pro Tools' does."""
    room = Room(daws.HUI)
    room.tell(0, HUI_ANSWER, *HUI_RECORD)

    said = room.wait(2 * S)

    assert said.count("b02c45") >= 3
    assert said.count("b02c05") >= 3


def _pulses(room: Room, from_ns: int, count: int, every_ns: int = 20 * MS) -> int:
    for number in range(count):
        room.tell(from_ns + number * every_ns, PULSE)
    return from_ns + count * every_ns


def test_a_clock_starts_on_the_pulse_after_start() -> None:
    """Its user has armed it, so it records; it stops with Stop, and is armed for the next take."""
    room = Room(daws.CLOCK)

    assert room.transport is DawTransport.ARMED
    room.tell(0, START)
    room.wait(1 * S)
    assert room.transport is DawTransport.ARMED
    end_ns = _pulses(room, 1 * S, 100)
    assert room.transport is DawTransport.RECORDING
    room.tell(end_ns, CLOCK_STOP)
    room.wait(end_ns + 1 * S)

    assert room.transport is DawTransport.ARMED
    assert room.spans() == [(0.0, 2.0)]


def test_continue_goes_on_at_the_song_position() -> None:
    """Sixteen sixteenths at 125 BPM, six pulses of 20 ms each, are 1.92 s."""
    patient = replace(daws.CLOCK.following, clock_while_idle=True)
    room = Room(replace(daws.CLOCK, following=patient))

    now_ns = _pulses(room, 0, 50)
    room.tell(now_ns, "f21000", CONTINUE)
    room.wait(now_ns + 10 * MS)
    assert room.transport is DawTransport.ARMED
    _pulses(room, now_ns + 10 * MS, 1)
    room.wait(now_ns + 10 * MS + SOON)

    assert room.transport is DawTransport.RECORDING
    assert float(room.daw.seconds_at(now_ns + 10 * MS + SOON)) == pytest.approx(1.92, abs=0.05)


def test_a_clock_that_falls_silent_stops_the_daw() -> None:
    """Without a pulse for a quarter of a second it has stopped."""
    room = Room(daws.CLOCK)
    room.tell(0, START)
    end_ns = _pulses(room, 0, 100)

    room.wait(end_ns + 200 * MS)
    assert room.transport is DawTransport.RECORDING
    room.wait(end_ns + 400 * MS)

    assert room.transport is DawTransport.ARMED


def test_a_daw_that_rolls_from_a_clock_by_itself() -> None:
    """Where a profile says that an idle clock does harm, this is the harm."""
    room = Room(daws.CLOCK)

    _pulses(room, 0, 20)

    assert room.transport is DawTransport.RECORDING


def test_deaf() -> None:
    """It hears nothing, and its user still can use it."""
    room = Room(daws.ROLLS)
    room.daw.faults.is_deaf = True

    room.tell(0, *MACKIE_RECORD, ONLINE)
    assert room.wait(9 * S) == []
    assert room.transport is DawTransport.STOPPED
    assert RECORD_LIGHT["on"] in room.use(9 * S, Ask.RECORD)


@pytest.mark.parametrize("profile", [daws.ROLLS, daws.ARMS, daws.LIT_WHEN_ARMED])
def test_record_refused(profile: Profile) -> None:
    """It rolls, where that was asked for, and its record light stays off."""
    room = Room(profile)
    room.daw.faults.refuses = True

    room.tell(0, *MACKIE_RECORD, *MACKIE_PLAY)
    said = room.wait(1 * S)

    assert room.transport is DawTransport.PLAYING
    assert RECORD_LIGHT["on"] not in said
    assert PLAY_LIGHT["on"] in said
    assert room.spans() == []


def test_late_feedback() -> None:
    """It records when it is told to, and says so 400 ms later."""
    room = Room(daws.ROLLS)
    room.wait(1 * S)
    room.daw.faults.late_ns = 400 * MS

    room.tell(1 * S, *MACKIE_RECORD)
    assert room.wait(1 * S + SOON + 400 * MS - 1) == []
    assert room.transport is DawTransport.RECORDING
    room.wait(1 * S + SOON + 400 * MS)

    (light,) = [timed for timed in room.said if timed.data.hex() == RECORD_LIGHT["on"]]
    assert light.at_ns == 1 * S + SOON + 400 * MS


def test_a_cable_keeps_the_order_of_what_was_late() -> None:
    """What is said once the lateness is over never overtakes what was said before."""
    room = Room(daws.ROLLS)
    room.daw.faults.late_ns = 400 * MS
    room.tell(1 * S, *MACKIE_RECORD)
    room.wait(1 * S + SOON)
    room.daw.faults.late_ns = 0
    room.tell(1 * S + SOON, *MACKIE_STOP)
    room.wait(3 * S)

    said = [timed.data.hex() for timed in room.said]
    moments = [timed.at_ns for timed in room.said]
    assert moments == sorted(moments)
    assert said.index(RECORD_LIGHT["on"]) < len(said) - 1 - said[::-1].index(RECORD_LIGHT["off"])


def test_a_flood_hides_no_light() -> None:
    """So many messages a second as were asked for, and every light among them, at its moment."""
    room = Room(daws.ROLLS)
    room.daw.faults.flood_hz = 2000
    room.tell(0, *MACKIE_RECORD)

    said = room.wait(1 * S)

    assert said.count(RECORD_LIGHT["on"]) == 1
    strangers = [data for data in said if data[:2] in {"d0", *(f"e{n:x}" for n in range(8))}]
    selects = [data for data in said if data[:2] == "90" and 0x18 <= int(data[2:4], 16) <= 0x1F]
    assert len(strangers) + len(selects) in range(1990, 2010)


def test_a_crash_while_it_records() -> None:
    """Nothing is said of it: the light that was on stays the last word. A new start says all."""
    room = Room(daws.ROLLS)
    room.tell(0, *MACKIE_RECORD)
    room.wait(2 * S)

    said = room.keep(room.daw.crash(3 * S))
    assert RECORD_LIGHT["off"] not in said
    assert room.tell(4 * S, *MACKIE_RECORD, ONLINE) == []
    assert room.wait(60 * S) == []
    assert room.transport is DawTransport.STOPPED
    assert room.spans() == [(0.0, 2.98)]
    assert RECORD_LIGHT["off"] in room.keep(room.daw.start(61 * S))


def test_a_port_that_goes_and_comes_back() -> None:
    """It records on meanwhile, and says what it does only when it is asked again."""
    room = Room(daws.ROLLS)
    room.tell(0, *MACKIE_RECORD)
    room.wait(1 * S)
    room.keep(room.daw.unplug(1 * S))

    assert room.tell(2 * S, *MACKIE_STOP, ONLINE) == []
    assert room.wait(3 * S) == []
    room.keep(room.daw.plug_in(3 * S))
    assert room.transport is DawTransport.RECORDING
    assert RECORD_LIGHT["on"] in room.tell(4 * S, ONLINE)


def test_its_own_user() -> None:
    """The space bar rolls and stops it, record records from where it is, at once."""
    room = Room(daws.ROLLS)

    assert PLAY_LIGHT["on"] in room.use(1 * S, Ask.SPACE)
    assert room.transport is DawTransport.PLAYING
    assert RECORD_LIGHT["on"] in room.use(2 * S, Ask.RECORD)
    assert RECORD_LIGHT["off"] in room.use(4 * S, Ask.SPACE)
    assert room.spans() == [(1.0, 3.0)]


def test_what_it_did_is_told_in_words() -> None:
    """The control room's words, with the place."""
    room = Room(daws.MMC)
    room.tell(0, LOCATE_TEN_MINUTES, STROBE)
    room.tell(2 * S, EXIT, STOP)
    room.wait(3 * S)

    assert [deed.words for deed in room.daw.deeds] == [
        "starts",
        "goes to 00:10:00:00",
        "records from 00:10:00:00",
        "plays from 00:10:02:00; take 1 has 2.0 s",
        "stops at 00:10:02:00",
    ]


def test_time_code_rolls_with_the_daw() -> None:
    """A full frame at a locate and before it rolls, then a piece each hundredth of a second."""
    room = Room(daws.TIME_CODE_BACK)
    here = "f07f7f0101200a0000f7"  # 25 frames a second, 00:10:00:00

    room.tell(0, LOCATE_TEN_MINUTES)
    assert room.wait(1 * S) == [here]
    room.tell(1 * S, STROBE)
    said = room.wait(1 * S + SOON + 79 * MS)
    assert said == [here, "f100", "f110", "f120", "f130", "f14a", "f150", "f160", "f172"]
    moments = [timed.at_ns for timed in room.said if timed.data[0] == 0xF1]
    assert moments == [1 * S + SOON + piece * 10 * MS for piece in range(8)]
    # Two frames on.
    assert room.wait(1 * S + SOON + 80 * MS) == ["f102"]
    room.tell(2 * S, STOP)
    room.wait(3 * S)
    assert room.wait(9 * S) == []


def test_mmc_that_comes_back() -> None:
    """What its own user does is said as commands."""
    room = Room(daws.MMC_BACK)

    assert room.use(1 * S, Ask.RECORD) == [STROBE]
    assert room.use(2 * S, Ask.RECORD_EXIT) == [EXIT]
    assert room.use(3 * S, Ask.SPACE) == [STOP]
    assert room.use(4 * S, Ask.SPACE) == ["f07f7f0602f7"]


def test_a_clock_that_comes_back() -> None:
    """Start, 48 pulses a second, Stop; from elsewhere Continue."""
    room = Room(daws.CLOCK_BACK)

    room.tell(0, STROBE)
    said = room.wait(SOON + 1 * S - 1)
    assert said == [START, *48 * [PULSE]]
    assert room.use(SOON + 1 * S, Ask.SPACE) == [PULSE, CLOCK_STOP]
    assert room.use(3 * S, Ask.SPACE) == [CONTINUE, PULSE]


def test_a_play_light_that_goes_with_the_beat() -> None:
    """It is off half of the time while it rolls; the stop light tells that it does."""
    room = Room(daws.BLINKING_PLAY)
    room.tell(0, *MACKIE_RECORD, *MACKIE_PLAY)

    said = room.wait(4 * S)

    assert said.count(PLAY_LIGHT["off"]) >= 6
    assert said.count(STOP_LIGHT["off"]) == 1
    assert said.count(STOP_LIGHT["on"]) == 0


moves = st.one_of(
    st.tuples(st.just("hear"), st.binary(max_size=12)),
    st.tuples(
        st.just("hear"),
        st.sampled_from(
            [
                *(*MACKIE_RECORD, *MACKIE_PLAY, *MACKIE_STOP, *HUI_RECORD, *HUI_PLAY, *HUI_STOP),
                *(STROBE, EXIT, STOP, LOCATE_TEN_MINUTES, ONLINE, HUI_ANSWER),
                *(PULSE, START, CONTINUE, CLOCK_STOP, "f20100"),
            ]
        ).map(bytes.fromhex),
    ),
    st.tuples(st.just("use"), st.sampled_from(Ask)),
    st.tuples(st.sampled_from(["start", "crash", "unplug", "plug_in"]), st.none()),
    st.tuples(st.just("late"), st.integers(0, 500)),
    st.tuples(st.just("refuses"), st.booleans()),
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(daws.ALL),
    st.lists(st.tuples(st.integers(0, 600 * MS), moves), max_size=30),
)
def test_whatever_happens_it_stays_in_one_piece(
    profile: Profile, happenings: list[tuple[int, tuple[str, object]]]
) -> None:
    """Nothing raises; what is said is said in order; takes have a length, and one only is open."""
    room = Room(profile)
    at_ns = 0
    for wait_ns, (what, value) in happenings:
        at_ns += wait_ns
        room.wait(at_ns)
        match what, value:
            case "hear", bytes(data):
                room.keep(room.daw.hear(at_ns, data))
            case "use", Ask() as ask:
                room.keep(room.daw.use(at_ns, ask, Fraction(7)))
            case "late", int(late_ms):
                room.daw.faults.late_ns = late_ms * MS
            case "refuses", bool(refuses):
                room.daw.faults.refuses = refuses
            case name, _:
                room.keep(getattr(room.daw, name)(at_ns))
        moment_ns = room.daw.next_moment_ns()
        assert moment_ns is None or moment_ns > at_ns or room.daw.faults.late_ns
    room.wait(at_ns + S)

    moments = [timed.at_ns for timed in room.said]
    assert moments == sorted(moments)
    for take in room.daw.machine.takes:
        assert take.from_s <= take.to_s


def test_reapers_pause() -> None:
    """Paused in a recording the record and play lights stay on, and so does the stop light; then it goes on."""
    reaper = replace(
        daws.ROLLS,
        answers=replace(daws.ROLLS.answers, recording=Recording.RECORD_WITHOUT_STOP_LIGHT),
    )
    room = Room(reaper)
    room.tell(S, *MACKIE_RECORD)
    room.wait(2 * S)
    said = room.use(2 * S, Ask.PAUSE)
    assert room.daw.machine.is_paused
    assert STOP_LIGHT["on"] in said
    assert not {RECORD_LIGHT["off"], PLAY_LIGHT["off"]} & set(said)
    said = room.use(3 * S, Ask.PAUSE)
    assert STOP_LIGHT["off"] in said
    assert room.daw.transport is DawTransport.RECORDING
    said = room.use(4 * S, Ask.PAUSE)
    said = room.use(5 * S, Ask.STOP)
    assert {RECORD_LIGHT["off"], PLAY_LIGHT["off"]} <= set(said)
    assert not room.daw.machine.is_paused
