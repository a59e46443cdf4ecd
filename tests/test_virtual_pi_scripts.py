from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from virtual_pi.judging import Checks, judge_clock, judge_return
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
