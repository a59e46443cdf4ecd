"""A session on a real audio server, judged by an independent ear on its frame clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.end_to_end.recording import (
    RECORD_EXIT,
    RECORD_STROBE,
    STOP,
    Ear,
    Onset,
    Recording,
    grid_frame,
)
from tests.end_to_end.unit import Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_TRIES = 3
_LONGEST_SESSION_S = 150

_FIRST_SONG = 'title = "First"\ntempo = 454.6\nmeter = "4/4"\n'
_SECOND_SONG = 'title = "Second"\ntempo = 92.5\nmeter = "7/8"\ncount_in = 1\n'
# What a server that was late does to every client, and what the box makes of it.
_BY_SERVER = {"server xrun", "click gap", "clock jumped", "click rejoined"}


@dataclass(frozen=True)
class Meter:
    """What the oracle knows of a song."""

    bpm: str
    beats: int
    note_value: int
    count_in_bars: int


_METERS = {"First": Meter("454.6", 4, 4, 2), "Second": Meter("92.5", 7, 8, 1)}


def _ends(status: dict[str, Any]) -> bool:
    return status["message"].startswith("ENDS AFTER BAR") or status["phase"] == "ring_out"


def _play_a_session(unit: Unit) -> dict[str, int]:
    """Track two songs as a drummer would; return when the keepers were flagged."""
    flagged_ns = {}
    unit.press("roll")
    unit.wait_for_place(3, 2)
    flagged_ns["First 1"] = unit.press("keeper")
    unit.wait_for_place(5, 3)
    unit.hold("roll", _ends, "the take ends at the bar")
    unit.wait_for_phase("ring_out")
    # Longer than the box ignores a foot that comes just after the bar.
    unit.wait_until(lambda status: status["ring_out_left_s"] <= 8, "the chord has rung for 2 s")
    unit.press("roll")
    unit.wait_for_phase("idle")

    unit.hold("song", lambda status: status["song"] == "Second", "the second song is chosen")
    unit.press("roll")
    # The bar lasts 2.27 s: two seconds after its downbeat the foot still stops the take within it.
    unit.wait_for_place(2, 1)
    unit.hold("roll", lambda status: status["phase"] == "idle", "the take stops within the bar")
    unit.press("again")
    unit.wait_for_place(2, 5)
    flagged_ns["Second 2"] = unit.press("keeper")
    unit.wait_for_place(3, 2)
    unit.press("again")
    unit.wait_until(lambda status: status["take_number"] == 3, "the false start is over")
    unit.wait_for_place(2, 2)
    unit.hold("roll", _ends, "the take ends at the bar")
    unit.wait_for_phase("ring_out")
    unit.wait_until(lambda status: status["ring_out_left_s"] <= 8, "the chord has rung for 2 s")
    unit.press("roll")
    status = unit.wait_for_phase("idle")
    unit.wait_until(
        lambda now: now["log"]["saved"] == now["log"]["submitted"], "everything is on disk"
    )
    assert status["tally"]["light"] != "recording"
    return flagged_ns


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, Unit, dict[str, int]]:
    """Return what was heard and logged in the first session with a take without any gap."""
    for _ in range(_TRIES):
        folder = tmp_path_factory.mktemp("session")
        heard = _one_session(folder)
        recording, unit, _ = heard
        if any(_is_whole(recording, take) for take in _takes(unit)):
            return heard
    pytest.fail(f"In {_TRIES} sessions the server left no take whole.")


def _one_session(folder: Path) -> tuple[Recording, Unit, dict[str, int]]:
    env = plain_environment()
    unit = Unit(folder, env)
    unit.add_song("1.toml", _FIRST_SONG)
    unit.add_song("2.toml", _SECOND_SONG)
    with running_jack(folder, env):
        unit = Unit(folder, env)
        with unit, Ear(folder, env, _LONGEST_SESSION_S) as ear:
            unit.start()
            ear.wait_until_connected()
            flagged_ns = _play_a_session(unit)
            recording = ear.close()
    return recording, unit, flagged_ns


def _takes(unit: Unit) -> list[dict[str, Any]]:
    return unit.rows("SELECT * FROM takes ORDER BY entry")


def _onsets_of(recording: Recording, unit: Unit, take: dict[str, Any]) -> list[Onset]:
    """Return what was heard from the take's first click to the next take's."""
    later = [
        other["first_click_frame"]
        for other in _takes(unit)
        if other["first_click_frame"] > take["first_click_frame"]
    ]
    return [
        onset
        for onset in recording.onsets()
        if take["first_click_frame"] <= onset.frame < min(later, default=1 << 40)
    ]


def _is_whole(recording: Recording, take: dict[str, Any]) -> bool:
    return recording.is_whole(take["first_click_frame"], take["end_frame"])


def test_every_click_is_on_its_exact_frame(
    session: tuple[Recording, Unit, dict[str, int]],
) -> None:
    """Outside the server's own gaps no click is off its grid, none is missing and none is extra."""
    recording, unit, _ = session
    takes = _takes(unit)
    assert [(take["song"], take["number"]) for take in takes] == [
        ("First", 1),
        ("Second", 1),
        ("Second", 2),
        ("Second", 3),
    ]
    for take in takes:
        meter = _METERS[take["song"]]
        onsets = _onsets_of(recording, unit, take)
        # A take that stopped at once has no click after the frame the log names.
        end_frame = min(take["silenced_frame"] or take["end_frame"], take["end_frame"])
        expected = []
        # The grid is exact from bar 1, which is a whole frame; the count-in lies before it.
        beat = -meter.count_in_bars * meter.beats
        while (
            frame := grid_frame(
                take["bar1_frame"], beat, meter.bpm, meter.note_value, recording.rate_hz
            )
        ) < end_frame:
            expected.append(frame)
            beat += 1
        assert expected[0] == take["first_click_frame"]
        frames = [onset.frame for onset in onsets]
        if _is_whole(recording, take):
            assert frames == expected
        else:
            # After it the server's frames may mean another time, and the click keeps to the time.
            gap = min(start for start, end in recording.gaps() if end > expected[0])
            assert [f for f in frames if f < gap] == [f for f in expected if f < gap]


def test_accents_are_on_the_downbeats(
    session: tuple[Recording, Unit, dict[str, int]],
) -> None:
    """The first beat of each bar, and no other, is louder than the rest."""
    recording, unit, _ = session
    for take in _takes(unit):
        if not _is_whole(recording, take):
            continue
        onsets = _onsets_of(recording, unit, take)
        # What is cut short by a stop may be cut before its peak.
        loud = [onset.peak > 0.6 for onset in onsets][:-1]
        beats = _METERS[take["song"]].beats
        assert loud == [index % beats == 0 for index in range(len(loud))]


def test_the_daw_records_before_the_count_in(
    session: tuple[Recording, Unit, dict[str, int]],
) -> None:
    """Each take's record command is the last word to the DAW before its first click."""
    recording, unit, _ = session
    for take in _takes(unit):
        before = [said for frame, said in recording.midi if frame < take["first_click_frame"]]
        assert before[-1] == RECORD_STROBE
        between = [
            said
            for frame, said in recording.midi
            if take["first_click_frame"] <= frame < take["end_frame"]
        ]
        assert between == []
    said = [said for _, said in recording.midi if not said.startswith("f07f7f064406")]
    assert said == [RECORD_STROBE, RECORD_EXIT, STOP] * len(_takes(unit))


def test_the_log_agrees_with_what_was_heard(
    session: tuple[Recording, Unit, dict[str, int]],
) -> None:
    """First click, flags and ends are in the log at the bar and beat at which they were heard."""
    recording, unit, flagged_ns = session
    for take in _takes(unit):
        meter = _METERS[take["song"]]
        onsets = _onsets_of(recording, unit, take)
        assert onsets[0].frame == take["first_click_frame"]
        last_beat = len(onsets) - 1 - meter.count_in_bars * meter.beats
        if _is_whole(recording, take):
            assert (take["end_bar"], take["end_beat"]) == (
                last_beat // meter.beats + 1,
                last_beat % meter.beats + 1,
            )
        key = f"{take['song']} {take['number']}"
        flags = unit.rows("SELECT * FROM flags WHERE take_id = ?", take["id"])
        assert len(flags) == (key in flagged_ns)
        for flag in flags:
            pressed_frame = recording.frame_at_ns(flagged_ns[key])
            heard_before = sum(onset.frame <= pressed_frame for onset in onsets)
            beat = heard_before - 1 - meter.count_in_bars * meter.beats
            assert (flag["bar"], flag["beat"]) == (
                beat // meter.beats + 1,
                beat % meter.beats + 1,
            )


def test_every_gap_of_the_server_is_an_incident(
    session: tuple[Recording, Unit, dict[str, int]],
) -> None:
    """What the server lost during a take stands in its log at its place, and nothing else does."""
    recording, unit, _ = session
    for take in _takes(unit):
        incidents = unit.rows("SELECT kind, frame FROM incidents WHERE take_id = ?", take["id"])
        assert {incident["kind"] for incident in incidents} <= _BY_SERVER
        if _is_whole(recording, take):
            during = [row for row in incidents if row["frame"] < take["end_frame"]]
            assert during == []
        for gap_start, gap_end in recording.gaps():
            if take["first_click_frame"] < gap_start and gap_end < take["end_frame"]:
                places = [incident["frame"] for incident in incidents]
                assert any(abs(place - gap_end) < recording.rate_hz // 2 for place in places)
