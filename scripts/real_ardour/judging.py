"""Judges the evidence of a case: a line of figures for each. What counts as passed is said here.

The log is held against what Ardour itself wrote: the clicks in its file, and the file's place on its
timeline.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from virtual_pi.checks import Checks, Report

from real_ardour.box import BEATS_IN_BAR, BPM
from real_ardour.programs import RATE_HZ

if TYPE_CHECKING:
    from real_ardour.recording import Recorded
    from real_ardour.trial import Evidence

_MS_IN_S = 1000
_NS_IN_MS = 1_000_000
_STROBE, _EXIT, _STOP = "f07f7f0606f7", "f07f7f0607f7", "f07f7f0601f7"
_LOCATE = "f07f7f064406"
_RECORD_BUTTON, _PLAY_BUTTON, _STOP_BUTTON = "905f7f", "905e7f", "905d7f"
_RECORD_LIGHT = "905f7f"
# What Ardour's displays are behind: it draws them ten times a second, in frames of 25 a second.
_DISPLAY_MS = 150.0
# It says that it records, and writes some ms later.
_SAYS_BEFORE_MS = 60.0
# From where Ardour begins to write until it has said so, on a machine with other work.
_SAYS_WITHIN_MS = 500.0
# What a machine with other work does to the sound server; a gap in the click is one in the file.
_OF_THE_MACHINE = ("server xrun", "clock jumped", "click rejoined")
_TEN_MINUTES_FRAMES = 600 * RATE_HZ
# Ardour runs a little faster and slower until it is with the clock: so far off is what was seen with
# another program's clock.
_FOLLOWS_MS = 25.0
# By time code it goes to a place and rolls from there, a little faster and slower where pieces of it
# come late.
_CHASES_MS = 1.0


def judge(case: str, evidence: Evidence) -> Report:
    """Return the verdict on a case."""
    checks = Checks()
    _judge_log(case, evidence, checks)
    _judge_lights(case, evidence, checks)
    if "nothing armed" not in case:
        _judge_told(case, evidence, checks)
        _judge_file(case, evidence, checks)
    return Report(case, checks.passed, tuple(checks.facts))


def _judge_log(case: str, evidence: Evidence, checks: Checks) -> None:
    take = evidence.take
    how, verdict = ("cancelled", "not_seen") if "nothing armed" in case else ("ended", "recorded")
    if case.startswith("clock"):
        verdict = "not_seen"
    checks.add(f"log: {take['how']}", is_right=take["how"] == how)
    checks.add(f"verdict {take['verdict']}", is_right=take["verdict"] == verdict)
    is_its_own = "record at Ardour" in case
    if is_its_own:
        checks.add("a take without click", is_right=bool(take["began_at_daw"]))
    allowed = ("daw did not record",) if "nothing armed" in case else ()
    kinds = [words.split(":")[0] for words in evidence.incidents]
    own = [kind for kind in kinds if kind in _OF_THE_MACHINE]
    wrong = [kind for kind in kinds if kind not in _OF_THE_MACHINE and kind not in allowed]
    if own:
        checks.add(f"the machine was late: {', '.join(own)}")
    checks.add(f"incidents: {', '.join(wrong) or 'none'}", is_right=not wrong)
    if verdict == "recorded" and not is_its_own and take["answered_ns"] is not None:
        delay_ms = (take["answered_ns"] - take["at_ns"]) / _NS_IN_MS
        early_ms = (take["first_click_ns"] - take["answered_ns"]) / _NS_IN_MS
        words = (
            f"confirmed {delay_ms:.0f} ms after the press, {early_ms:.0f} before the first click"
        )
        checks.add(words, is_right=early_ms > 0)


def _judge_lights(case: str, evidence: Evidence, checks: Checks) -> None:
    """Hold the tally, look by look, against what Ardour did."""
    shown = [light for light in evidence.lights if light not in ("armed", "off")]
    words = f"light: {', '.join(evidence.lights)}"
    if "nothing armed" in case:
        checks.add(words, is_right="recording" not in shown)
        return
    # It flashes on the beat in the count-in, and is solid before and after.
    last = "cannot_answer" if case.startswith("clock") else "recording"
    allowed = {last} if "record at Ardour" in case else {last, "count_in"}
    checks.add(words, is_right=bool(shown) and set(shown) <= allowed and shown[-1] == last)


def _judge_told(case: str, evidence: Evidence, checks: Checks) -> None:
    told = [message.data for message in evidence.midi if message.cable == "told"]
    if "record at Ardour" in case:
        commands = [data for data in told if data.startswith(("90", "f07f"))]
        checks.add(f"told {len(commands)} commands", is_right=not commands)
    elif case.startswith("surface"):
        buttons = [
            data for data in told if data[:4] in ("905d", "905e", "905f") and data[4:] != "00"
        ]
        wanted = [_RECORD_BUTTON, _PLAY_BUTTON]
        if "armed before" in case:
            wanted = [_PLAY_BUTTON]
        elif "rolling before" in case:
            wanted = [_RECORD_BUTTON]
        if "space bar" not in case:
            wanted = [*wanted, _STOP_BUTTON]
        if "again" in case:
            wanted = [*wanted, *wanted]
        checks.add(f"buttons {' '.join(buttons)}", is_right=buttons == wanted)
        delay_ms = evidence.delay_ms("told", wanted[-2] if len(wanted) > 1 else wanted[0])
        if delay_ms is not None:
            checks.add(f"record light after {delay_ms:.0f} ms")
    elif case.startswith("mtc"):
        buttons = [data for data in told if data.startswith("90") and data[4:] != "00"]
        wanted = [_RECORD_BUTTON] * (2 if "again" in case else 1)
        checks.add(f"buttons {' '.join(buttons)}", is_right=buttons == wanted)
    elif case.startswith(("mmc", "osc")):
        words = [data[:12] for data in told if data.startswith((_STROBE, _EXIT, _STOP, _LOCATE))]
        wanted = [_STROBE] if "space bar" in case else [_STROBE, _EXIT, _STOP]
        if "again" in case:
            wanted = [*wanted, _LOCATE, *wanted]
        checks.add(
            f"{len(words)} commands in order", is_right=words == [data[:12] for data in wanted]
        )
    if case.startswith("clock"):
        _judge_clock(evidence, checks)


def _judge_clock(evidence: Evidence, checks: Checks) -> None:
    """No pulse before Start: Ardour would roll by itself."""
    clock = [message for message in evidence.midi if message.cable == "clock"]
    words = [message.data for message in clock if message.data != "f8"]
    checks.add(f"Start first of {len(clock)} bytes", is_right=bool(clock) and clock[0].data == "fa")
    checks.add(f"words {' '.join(words)}", is_right=words == ["fa", "fc"])


def _judge_file(case: str, evidence: Evidence, checks: Checks) -> None:
    recorded = evidence.recorded
    if recorded is None:
        checks.add("Ardour has no file", is_right=False)
        return
    checks.add(f"file of {recorded.frames / RATE_HZ:.1f} s")
    if "record at Ardour" in case:
        checks.add(f"{len(recorded.onsets)} clicks in it", is_right=not recorded.onsets)
        return
    if len(recorded.onsets) <= BEATS_IN_BAR:
        checks.add(f"{len(recorded.onsets)} clicks in it", is_right=False)
        return
    off = recorded.off_grid(BPM)
    was_late = any(words.startswith("clock jumped") for words in evidence.incidents)
    follows = case.startswith(("clock", "mtc"))
    allowed = round(_allowed_ms(case) * RATE_HZ / _MS_IN_S) if follows else 0
    words = f"{len(recorded.onsets)} clicks, {off} frames off the grid"
    checks.add(words, is_right=abs(off) <= allowed or was_late)
    _judge_place(case, evidence, recorded, checks)


def _judge_place(case: str, evidence: Evidence, recorded: Recorded, checks: Checks) -> None:
    """Hold the file's beginning against the log's moments, and its place against the log's place."""
    by_clock = case.startswith("clock")
    take = evidence.take
    beat = Fraction(60 * RATE_HZ) / Fraction(BPM)
    # Ardour rolls some ms after the clock's first pulse, which has the first click: it may lack that.
    missed = round((recorded.starts_at_frame + recorded.onsets[0]) / beat) if by_clock else 0
    first_click_ms = (take["first_click_ns"] - take["at_ns"]) / _NS_IN_MS
    to_first_click_ms = float(recorded.onsets[0] - missed * beat) * _MS_IN_S / RATE_HZ
    began_ms = first_click_ms - to_first_click_ms
    checks.add(f"begins {began_ms:.1f} ms after the press")
    if take["answered_ns"] is not None:
        said_ms = (take["answered_ns"] - take["at_ns"]) / _NS_IN_MS - began_ms
        checks.add(
            f"the log's word of it {said_ms:+.0f} ms from there",
            is_right=-_SAYS_BEFORE_MS < said_ms < _SAYS_WITHIN_MS,
        )
    bar1_frame = recorded.starts_at_frame + recorded.onsets[BEATS_IN_BAR - missed]
    if take["daw_bar1_s"] is not None:
        off_ms = float(Fraction(take["daw_bar1_s"]) * RATE_HZ - bar1_frame) * _MS_IN_S / RATE_HZ
        words = f"bar 1 at {bar1_frame / RATE_HZ:.3f} s, the log ({take['daw_bar1_from']}) {off_ms:+.0f} ms"
        if case.startswith("mtc"):
            words += f" ({off_ms:+.3f})"
        checks.add(words, is_right=abs(off_ms) < _allowed_ms(case))
    elif by_clock:
        checks.add("the log has no place", is_right=False)
    if "keeper" in case:
        _judge_marker(evidence, recorded, checks)
    if case in ("mmc, again", "osc, again"):
        place = take["number"] * _TEN_MINUTES_FRAMES
        checks.add(
            f"file at {recorded.starts_at_frame / RATE_HZ:.3f} s",
            is_right=recorded.starts_at_frame == place,
        )


def _allowed_ms(case: str) -> float:
    """Return how far from the log's place bar 1 may lie in Ardour."""
    if case.startswith("mtc"):
        return _CHASES_MS
    return _FOLLOWS_MS if case.startswith("clock") else _DISPLAY_MS


def _judge_marker(evidence: Evidence, recorded: Recorded, checks: Checks) -> None:
    """Hold Ardour's marker against the moment at which the foot came down."""
    if len(evidence.markers) != 1 or len(evidence.flags_ns) != 1:
        checks.add(f"{len(evidence.markers)} markers", is_right=False)
        return
    since_ms = (evidence.flags_ns[0] - evidence.take["first_click_ns"]) / _NS_IN_MS
    at_click = recorded.starts_at_frame + recorded.onsets[0]
    late_ms = (evidence.markers[0] - at_click) * _MS_IN_S / RATE_HZ - since_ms
    checks.add(f"marker {late_ms:.0f} ms after the press", is_right=0 <= late_ms < _SAYS_WITHIN_MS)
