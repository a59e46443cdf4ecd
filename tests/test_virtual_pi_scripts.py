from __future__ import annotations

import struct
import sys
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from virtual_pi.checks import Checks
from virtual_pi.judging import judge_clock, judge_return
from virtual_pi.midi_judging import judge_answers, judge_several
from virtual_pi.recording import Onset, off_grid, onsets_in, takes_of, wrong_accents
from virtual_pi.usb_bus import onsets_on_bus

RATE_HZ = 48_000
PACKET_FRAMES = 48
PACKETS_IN_URB = 5
CLICK_FRAMES = 1000


def clicks(starts: list[int], length: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Return silence with a click at each of `starts`."""
    samples = np.zeros(length, dtype=np.int16)
    for start in starts:
        samples[start : start + CLICK_FRAMES] = 12_000
    return samples


def note(samples: np.ndarray[tuple[int], np.dtype[np.int16]], lost_packets_after: int) -> bytes:
    """Return what usbmon would note of the samples, with 100 ms of nothing after so many URBs."""
    stereo = np.stack([samples, samples], axis=1).astype("<i2").tobytes()
    urb_bytes = PACKETS_IN_URB * PACKET_FRAMES * 4
    noted = b""
    ended_us = 5_000_000
    for number, at in enumerate(range(0, len(stereo), urb_bytes)):
        data = stereo[at : at + urb_bytes]
        ended_us += PACKETS_IN_URB * 1000 + (100_000 if number == lost_packets_after else 0)
        descriptors = b"".join(
            struct.pack("<iII4x", 0, packet * PACKET_FRAMES * 4, PACKET_FRAMES * 4)
            for packet in range(PACKETS_IN_URB)
        )
        for kind, captured in (("S", descriptors + data), ("C", descriptors)):
            # A completion is told a little late, now and then.
            told_us = ended_us + (200 if number % 3 == 0 else 0)
            noted += struct.pack(
                *("<QBBBBHccqiiII8x", 77, ord(kind), 0, 1, 2, 1, b"-", b"\0"),
                *(told_us // 1_000_000, told_us % 1_000_000, 0, len(data), len(captured)),
            )
            noted += captured
    return noted


def test_a_gap_on_the_bus_takes_its_time(tmp_path: Path) -> None:
    """What comes after a stretch in which nothing was sent lies later by that stretch."""
    samples = clicks([4_800, 28_800], 48_000)
    noted = tmp_path / "noted"
    noted.write_bytes(note(samples, lost_packets_after=100))

    first, second = onsets_on_bus(noted)

    assert second.frame - first.frame == 24_000 + 4_800


def test_clicks_are_found_to_the_frame() -> None:
    """Each sound after silence is one click, on its frame."""
    found = onsets_in(clicks([100, 25_001], 50_000), 7)

    assert [onset.frame for onset in found] == [107, 25_008]


def test_a_click_off_the_grid_is_told() -> None:
    """The grid is that of the first click, at the exact tempo."""
    heard = [Onset(1000, 0.7), Onset(1000 + 24_000, 0.5), Onset(1000 + 48_003, 0.5)]

    assert off_grid(heard, "120") == [(0, 0), (1, 0), (2, 3)]
    assert wrong_accents(heard, "120", 4) == 0
    assert wrong_accents(heard, "120", 2) == 1


def test_a_pause_parts_two_takes() -> None:
    """Clicks more than the pause apart belong to two takes."""
    heard = [Onset(frame, 0.7) for frame in (0, 24_000, 400_000, 424_000)]

    assert [len(take) for take in takes_of(heard)] == [2, 2]


def test_a_clock_is_judged_by_the_best_line() -> None:
    """The crystal's own rate is no fault; pulses that stray from it, and a word that is missing, are."""
    steady = [(0.0, "fa"), *((0.003 + n * 0.0219870, "f8") for n in range(600)), (13.3, "fc")]
    strayed = [
        (at_s + (0.0003 if number % 50 == 7 else 0), word)
        for number, (at_s, word) in enumerate(steady)
    ]
    for arrived, is_right in ((steady, True), (strayed, False), (steady[1:], False)):
        checks = Checks()
        judge_clock(arrived, checks)
        assert checks.passed is is_right


def test_a_return_is_told_from_when_the_device_accepted_a_client() -> None:
    """The last stream counts, not the one that stood in; its first beat comes after it was laid."""
    accepts_ns = 70_000_000_000
    stood_in = {"event": "rejoined", "at_ns": 60_000_000_000, "frame": 0}
    back = {
        "event": "rejoined",
        "at_ns": accepts_ns + 400_000_000,
        "sample_rate_hz": 48_000,
        "frame": 12_000,
        "bar1_frame": -36_000,
        "bar1_ns": accepts_ns - 200_000_000,
    }
    checks = Checks()
    told = {"accepts_ns": accepts_ns, "take": {"events": [{"event": "rolled"}, stood_in, back]}}
    judge_return(told, checks)
    assert checks.passed
    assert checks.facts == ["click laid again after 0.400 s, its first beat after 0.800 s"]

    judge_return({"accepts_ns": accepts_ns, "take": {"events": []}}, checks)
    assert not checks.passed


def take_told(number: int, last_bar: int, verdict: str, gap_bar: int | None) -> dict[str, object]:
    """Return a take as the log has it, pressed at 1 s."""
    return {
        "number": number,
        "how": "ended",
        "end_bar": last_bar,
        "end_beat": 4,
        "verdict": verdict,
        "gap_bar": gap_bar,
        "gap_beat": 1,
        "incidents": [],
        "answered_ns": 1_060_000_000,
        "first_click_ns": 1_500_000_000,
    }


def test_a_dark_light_in_a_confirmed_take_is_wrong() -> None:
    """Confirmed is solid red and RECORDED; while the DAW is away it is not, and the gap has its bar."""
    beat_frames = Fraction(60 * RATE_HZ) / Fraction("113.7")
    heard = [
        [
            Onset(
                200_000 + floor((beat - 4) * beat_frames + Fraction(1, 2)),
                0.5 + 0.2 * (not beat % 4),
            )
            for beat in range(4 * bars)
        ]
        for bars in (5, 6)
    ]
    confirmed = {
        "take": take_told(1, 4, "recorded", None),
        "light": "recording",
        "duty": 1.0,
        "pressed_ns": 1_000_000_000,
        "record_ns": 1_020_000_000,
    }
    interrupted = {
        **confirmed,
        "take": take_told(2, 5, "gap", 2),
        "away_light": "daw_lost",
        "away_duty": 0.2,
        "noticed_s": 0.4,
        "back_s": 0.3,
        "asked": [[1_900_000_000, "Mackie: here I am"]],
        "daw_did": [[1_000, "records"], [2_000, "stops at 00:00:12:01"]],
    }
    told = {
        "confirmed": confirmed,
        "interrupted": interrupted,
        "no_feet": "It is not there.",
        "anew_s": 0.3,
    }
    for wrong in (
        {},
        {"confirmed": {**confirmed, "duty": 0.87}},
        {"interrupted": {**interrupted, "away_duty": 1.0}},
        {"interrupted": {**interrupted, "asked": []}},
        {"interrupted": {**interrupted, "take": take_told(2, 5, "recorded", None)}},
        {"no_feet": ""},
    ):
        checks = Checks()
        judge_answers({**told, **wrong}, heard, checks)
        assert checks.passed is (not wrong), checks.facts
    checks = Checks()
    judge_answers(told, heard[:1], checks)
    assert not checks.passed


def test_each_of_several_daws_counts() -> None:
    """One that was not told to record, before or after the sender was replaced, fails the case."""
    told: dict[str, object] = {"one_s": 0.1, "both_s": 0.2, "successor_s": 1.0}
    for before, after in ((True, True), (True, False), (False, True)):
        checks = Checks()
        heard = {
            "heard_before": {"A": True, "B": before},
            "heard_after": {"A": True, "B": after},
        }
        judge_several(told | heard, checks)
        assert checks.passed is (before and after)
