"""The pedal table of the design, cell by cell: what a press or a hold does in each phase."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.events import Pedal
from countoff.core.session.pedals import PEDAL_TABLE, Do, PedalUse, Phase
from countoff.core.tempo import Tempo

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

IDLE, COUNT_IN, ROLLING, RING_OUT = Phase
ROLL, AGAIN, KEEPER, SONG = Pedal

# Where a press falls: take 1 is asked for at 10 s, its bar 1 is heard at 14.5 s, a bar lasts 2 s.
BAR_3_BEAT_2 = 19.0
BAR_40_BEAT_2 = 93.0

PRESS, HOLD, LONG_HOLD = 0.15, 0.7, 2.1


@dataclass(frozen=True)
class Cell:
    """A cell of the table: a pedal in a phase for so long, and what must come of it."""

    where: str
    pedal: Pedal
    hold_s: float
    phase: Phase
    did: tuple[str, ...]
    told: tuple[str, ...] = ()
    says: str = ""

    def __str__(self) -> str:
        """Name the cell."""
        length = {PRESS: "press", HOLD: "hold", LONG_HOLD: "long hold"}[self.hold_s]
        return f"{self.where}: {self.pedal} {length}"


FALSE_START = "press: false start, unless another pedal goes down with it"
NOTHING = ("press: nothing",)
REHEARSAL = ("press: waits for the release or a hold", "hold: rehearsal of Kingdom")
NEXT_SONG = ("press: named Harbour", "hold: song Harbour")
END_AT_BAR = ("press: hint: hold to end", "hold: ends after bar 3")
HELD_PAST_THE_BAR = (*END_AT_BAR, "long hold: ignored: pressed while rolling, held into ring_out")
AGAIN_YOUNG = (FALSE_START, "press alone: take 2 of Kingdom")
AGAIN_HELD = (*AGAIN_YOUNG, "hold: ignored: pressed while rolling, held into count_in")
AGAIN_LATE = "press: hint: hold, the take is past bar 8"
OVER = ("locate 1200", "record")
TAKE_OVER = ("stop", *OVER)

CELLS = [
    # ROLL
    Cell("idle", ROLL, PRESS, COUNT_IN, ("press: take 2 of Kingdom",), ("record",)),
    Cell("idle", ROLL, HOLD, COUNT_IN, ("press: take 2 of Kingdom",), ("record",)),
    Cell("idle", ROLL, LONG_HOLD, COUNT_IN, ("press: take 2 of Kingdom",), ("record",)),
    Cell("count-in", ROLL, PRESS, IDLE, ("press: take 1 cancelled",), ("stop",)),
    Cell("count-in", ROLL, LONG_HOLD, IDLE, ("press: take 1 cancelled",), ("stop",)),
    Cell("bar 3", ROLL, PRESS, ROLLING, END_AT_BAR[:1], says="HOLD TO END"),
    Cell("bar 40", ROLL, PRESS, ROLLING, END_AT_BAR[:1], says="HOLD TO END"),
    Cell("bar 3", ROLL, HOLD, ROLLING, END_AT_BAR, says="ENDS AFTER BAR 3"),
    # The bar ends before the two seconds do.
    Cell("bar 3", ROLL, LONG_HOLD, RING_OUT, HELD_PAST_THE_BAR, says="RINGING OUT ALREADY"),
    Cell("ring-out", ROLL, PRESS, IDLE, ("press: take 1 stopped",), ("stop",)),
    Cell("ring-out", ROLL, LONG_HOLD, IDLE, ("press: take 1 stopped",), ("stop",)),
    # AGAIN
    Cell("idle", AGAIN, PRESS, COUNT_IN, (REHEARSAL[0], "release: take 2 of Kingdom"), OVER),
    Cell("idle", AGAIN, HOLD, COUNT_IN, REHEARSAL),
    Cell("idle", AGAIN, LONG_HOLD, COUNT_IN, REHEARSAL),
    Cell("count-in", AGAIN, PRESS, COUNT_IN, ("press: take 2 of Kingdom",), TAKE_OVER),
    Cell("count-in", AGAIN, HOLD, COUNT_IN, ("press: take 2 of Kingdom",), TAKE_OVER),
    Cell("bar 3", AGAIN, PRESS, COUNT_IN, AGAIN_YOUNG, TAKE_OVER),
    Cell("bar 3", AGAIN, HOLD, COUNT_IN, AGAIN_HELD, TAKE_OVER),
    Cell("bar 40", AGAIN, PRESS, ROLLING, (AGAIN_LATE,), says="HOLD FOR FALSE START"),
    Cell("bar 40", AGAIN, HOLD, COUNT_IN, (AGAIN_LATE, "hold: take 2 of Kingdom"), TAKE_OVER),
    Cell("ring-out", AGAIN, PRESS, COUNT_IN, ("press: take 2 of Kingdom",), TAKE_OVER),
    Cell("ring-out", AGAIN, HOLD, COUNT_IN, ("press: take 2 of Kingdom",), TAKE_OVER),
    # KEEPER
    Cell("idle", KEEPER, PRESS, IDLE, ("press: KEEP T1",), says="KEEP T1"),
    Cell("idle", KEEPER, HOLD, IDLE, ("press: KEEP T1", "hold: FIX T1"), says="FIX T1"),
    Cell("count-in", KEEPER, PRESS, COUNT_IN, NOTHING),
    Cell("count-in", KEEPER, HOLD, COUNT_IN, NOTHING),
    Cell("bar 3", KEEPER, PRESS, ROLLING, ("press: KEEP T1 INTRO",), says="KEEP T1 INTRO"),
    Cell(
        "bar 40",
        KEEPER,
        HOLD,
        ROLLING,
        ("press: KEEP T1 OUT", "hold: FIX T1 OUT"),
        says="FIX T1 OUT",
    ),
    Cell("ring-out", KEEPER, PRESS, RING_OUT, ("press: KEEP T1",), says="KEEP T1"),
    Cell("ring-out", KEEPER, HOLD, RING_OUT, ("press: KEEP T1", "hold: FIX T1"), says="FIX T1"),
    # SONG
    Cell("idle", SONG, PRESS, IDLE, NEXT_SONG[:1], says="NEXT: Harbour"),
    Cell("idle", SONG, HOLD, IDLE, NEXT_SONG, says="SONG: Harbour"),
    Cell("count-in", SONG, HOLD, COUNT_IN, NOTHING),
    Cell("bar 3", SONG, PRESS, ROLLING, ("press: MARK T1 INTRO",), says="MARK T1 INTRO"),
    Cell("bar 3", SONG, HOLD, ROLLING, ("press: MARK T1 INTRO",), says="MARK T1 INTRO"),
    Cell("ring-out", SONG, PRESS, RING_OUT, NOTHING),
    Cell("ring-out", SONG, HOLD, RING_OUT, NOTHING),
]


def begin(studio: Studio, where: str) -> float:
    """Bring take 1 to where the cell is pressed; return that second."""
    studio.press(ROLL, 10)
    match where:
        case "count-in":
            return 12.0
        case "bar 3":
            return BAR_3_BEAT_2
        case "bar 40":
            return BAR_40_BEAT_2
    studio.press(ROLL, BAR_3_BEAT_2, HOLD)  # it ends at 20.5 s and rings out until 30.5 s
    return 25.0 if where == "ring-out" else 40.0


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_each_cell_does_what_the_table_says(studio: Studio, cell: Cell) -> None:
    """A pedal in a phase does this, tells the DAW that, says so on the screen and in the log."""
    at_s = begin(studio, cell.where)
    studio.run_to(at_s)
    told_before, did_before = len(studio.told), len(studio.did)
    studio.press(cell.pedal, at_s, cell.hold_s)
    studio.run_to(at_s + cell.hold_s + 0.3)
    assert studio.phase is cell.phase
    assert studio.told[told_before:] == list(cell.told)
    assert [did.removeprefix(f"{cell.pedal} ") for did in studio.did[did_before:]] == list(cell.did)
    assert studio.screen.message == cell.says


def test_every_cell_of_the_design_is_tested() -> None:
    """No cell of the table is left out, the empty ones neither."""
    wheres = {"idle": IDLE, "count-in": COUNT_IN, "ring-out": RING_OUT}
    tested = {(cell.pedal, wheres.get(cell.where, ROLLING)) for cell in CELLS}
    assert tested == {(pedal, phase) for pedal in Pedal for phase in Phase}
    assert set(PEDAL_TABLE) <= tested


def test_a_hold_that_ends_at_the_bar_lets_the_take_ring_out(studio: Studio) -> None:
    """Held for 0.6 s and let go: the bar is played out, and the DAW records on."""
    begin(studio, "ring-out")
    studio.run_to(20.49)
    assert studio.phase is ROLLING
    studio.run_to(20.6)
    assert studio.phase is RING_OUT
    assert studio.told == ["record"]


@pytest.mark.parametrize("hold_s", [2.1, 5.0, 11.0])
def test_a_hold_that_ended_the_take_does_not_cut_its_ring_out(
    studio: Studio, hold_s: float
) -> None:
    """Held past the bar line, for as long as one likes: the DAW records the last cymbal whole."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(9, 2)
    studio.press(ROLL, at_s, hold_s)
    studio.run_to(studio.bar_s(10) + 9.9)
    assert studio.phase is RING_OUT
    studio.run_to(studio.bar_s(10) + 10.1)
    assert studio.phase is IDLE
    assert studio.told[-1] == "stop"


def test_a_long_hold_stops_before_a_bar_line_that_is_far(open_studio: type[Studio]) -> None:
    """Two seconds on ROLL stop a slow song in the middle of its bar."""
    slow = open_studio.kingdom.at_tempo(Tempo(Fraction(30)))  # a bar lasts 8 s
    studio = open_studio(slow)
    studio.press(ROLL, 10)
    at_s = studio.bar_s(2, 1.5)
    studio.down(ROLL, at_s)
    studio.run_to(at_s + 1.99)
    assert studio.phase is ROLLING
    studio.run_to(at_s + 2.01)
    assert studio.phase is IDLE
    assert studio.told == ["record", "stop"]


def test_again_is_a_press_in_the_first_eight_bars_and_a_hold_from_the_ninth(
    studio: Studio,
) -> None:
    """The last beat of bar 8 may still be a false start by a press; bar 9 may not."""
    studio.press(ROLL, 10)
    studio.press(AGAIN, studio.bar_s(8, 4.9))
    assert studio.phase is COUNT_IN
    studio.press(AGAIN, studio.bar_s(9, 1.01))
    assert studio.phase is ROLLING
    assert studio.screen.message == "HOLD FOR FALSE START"


def test_the_table_can_be_remapped(open_studio: type[Studio]) -> None:
    """A pedal does what its owner wants; a cell that was left empty does nothing."""
    table = {(SONG, ROLLING): PedalUse(press=Do.NO_GOOD), (ROLL, IDLE): PedalUse(press=Do.START)}
    studio = open_studio(pedal_table=table)
    studio.press(ROLL, 10)
    studio.press(ROLL, 12)
    studio.press(SONG, 19)
    assert studio.phase is ROLLING
    assert studio.did[1:] == ["roll press: nothing", "song press: NO GOOD T1 INTRO"]


def test_a_start_that_a_hold_would_undo_waits_for_the_release(open_studio: type[Studio]) -> None:
    """With start and rehearse on one pedal no recording begins that nobody asked for."""
    table = {(ROLL, IDLE): PedalUse(press=Do.START, hold=Do.REHEARSE)}
    studio = open_studio(pedal_table=table)
    studio.press(ROLL, 10, HOLD)
    assert studio.state.take is not None
    assert studio.state.take.is_rehearsal
    assert studio.told == []
