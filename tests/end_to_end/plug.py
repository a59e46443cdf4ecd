"""Pulls the plug of one box at random moments of its takes, and judges what its log says then.

The oracle knows when it pressed and when it killed, and the song's arithmetic; it shares no code
with the box. Not a test by itself: `test_pulled_plug.py` runs several of these side by side.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import random

    from tests.end_to_end.unit import Unit

S = 1_000_000_000
LEAD_NS = S // 2
# What the issue allows between the truth and the last bar in the log.
ALLOWED_NS = 2 * S
LONGEST_BEFORE_KILL_S = 4.5
# A foot that a busy machine leaves on a pedal for so long may be a hold to the box.
_SURELY_NO_HOLD_NS = S // 2
_DEADLINE_S = 30
_FRAME_NS = S // 44_100

SONG = 'title = "Plug"\ntempo = 187.5\nmeter = "3/4"\ncount_in = 1\n'
_BEAT_NS = Fraction(60 * S * 2, 375)
_BEATS_PER_BAR = 3
_COUNT_IN_BARS = 1
_COUNT_IN_BEATS = _COUNT_IN_BARS * _BEATS_PER_BAR
# What a new stream's clock, not measured for long yet, may be off.
_STREAMS_DIFFER_NS = S // 50

CONTROLLER = "controller"
PLAYER = "player"
SENDER = "sender"
ALL = "all"
KINDS = (CONTROLLER, ALL, PLAYER, SENDER)


def beats_at(first_click_ns: int, at_ns: int) -> int:
    """Return how many beats have begun since the first click, less one; negative before it."""
    return (at_ns - first_click_ns) // _BEAT_NS


def place_of(beat: int) -> tuple[int, int]:
    """Return the bar and beat at which so many beats of the take have begun."""
    return beat // _BEATS_PER_BAR + 1 - _COUNT_IN_BARS, beat % _BEATS_PER_BAR + 1


class Foot(NamedTuple):
    """When a foot comes down on a pedal, or comes off it."""

    at_ns: int
    pedal: str
    is_down: bool


@dataclass
class Killed:
    """One round: what was done, and what the box had shown before its processes died."""

    kind: str
    pressed_ns: int = 0
    killed_ns: int = 0
    dead_ns: int = 0
    has_sounded: bool = False
    seen_take_number: int = 0
    flagged: list[tuple[str, int]] = field(default_factory=list)
    off_ns: dict[str, int] = field(default_factory=dict)
    saved_takes: dict[str, dict[str, Any]] = field(default_factory=dict)
    saved_count: int = 0

    def note(self, status: dict[str, Any]) -> None:
        """Take in what the box shows; what it reports saved must never be lost."""
        if status["phase"] in {"count_in", "rolling"}:
            self.seen_take_number = status["take_number"]
            self.has_sounded |= status["beat"] > 0
        self.saved_count = max(self.saved_count, status["log"]["saved"])
        if status["log"]["saved"] == status["log"]["submitted"]:
            self.saved_takes.update({take["id"]: take for take in status["takes"]})

    def may_be_held(self, pedal: str, at_ns: int) -> bool:
        """Tell whether the foot that came down then stayed for so long that it may be a hold."""
        return self.off_ns.get(pedal, self.dead_ns) - at_ns > _SURELY_NO_HOLD_NS


class Plug:
    """One box, its takes and its accidents. `unit` is running."""

    def __init__(self, unit: Unit, chance: random.Random) -> None:
        self.unit = unit
        self.chance = chance
        self.gone_after_s: list[float] = []
        self.back_after_s: list[float] = []
        self._rolled_ns = 0

    def play_and_kill(self, kind: str) -> Killed:
        """Begin a take, flag it here and there, and kill at a random moment."""
        killed = Killed(kind, pressed_ns=self.step_on_roll())
        kill_at_ns = killed.pressed_ns + int(self.chance.uniform(0, LONGEST_BEFORE_KILL_S) * S)
        feet = self._feet(killed.pressed_ns, kill_at_ns)
        while (now_ns := time.monotonic_ns()) < kill_at_ns:
            if feet and feet[0][0] <= now_ns:
                due_ns, pedal, is_down = feet.pop(0)
                # A test that is late itself still keeps its feet apart.
                feet = [foot._replace(at_ns=foot.at_ns + now_ns - due_ns) for foot in feet]
                at_ns = self.unit.step_on(pedal) if is_down else self.unit.step_off(pedal)
                if is_down:
                    killed.flagged.append((pedal, at_ns))
                else:
                    killed.off_ns[pedal] = time.monotonic_ns()
            killed.note(self.unit.status())
            next_ns = min([kill_at_ns, *(foot.at_ns for foot in feet[:1])])
            # The moment of the kill is the test itself; in between the status is looked at.
            time.sleep(min(0.03, max(0, next_ns - time.monotonic_ns()) / S))
        self._kill(killed)
        if killed.kind in {PLAYER, SENDER}:
            for pedal in ("roll", "keeper", "song"):
                self.unit.step_off(pedal)
                killed.off_ns.setdefault(pedal, time.monotonic_ns())
        return killed

    def step_on_roll(self) -> int:
        """Step on ROLL, not so soon after the last time that it would be taken for a stutter."""
        while time.monotonic_ns() < self._rolled_ns + S:
            time.sleep(0.01)  # the foot's own pause
        self._rolled_ns = self.unit.step_on("roll")
        return self._rolled_ns

    def _feet(self, pressed_ns: int, kill_at_ns: int) -> list[Foot]:
        """Return when which foot goes down and up; one keeper and one marker, not at once."""
        moments = [Foot(pressed_ns + S // 10, "roll", is_down=False)]
        down_ns = pressed_ns
        for pedal in self.chance.sample(["keeper", "song"], 2):
            down_ns += int(self.chance.uniform(0.5, 1.5) * S)
            moments.append(Foot(down_ns, pedal, is_down=True))
            moments.append(Foot(down_ns + S // 10, pedal, is_down=False))
        return sorted(moment for moment in moments if moment.at_ns < kill_at_ns)

    def _kill(self, killed: Killed) -> None:
        names = [PLAYER, SENDER] if killed.kind == ALL else [killed.kind]
        found = [self.unit.process(name) for name in names if name != CONTROLLER]
        pids = [process.pid for process in found if process is not None]
        if killed.kind in {CONTROLLER, ALL}:
            pids.append(self.unit.pid)
        self.chance.shuffle(pids)
        killed.killed_ns = time.monotonic_ns()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed.dead_ns = time.monotonic_ns()

    def wait_until_gone(self, killed: Killed) -> None:
        """Wait until no process of the box is left, and note how long that took."""
        self.unit.kill()
        deadline_ns = killed.dead_ns + _DEADLINE_S * S
        while left := self.unit.processes():
            assert time.monotonic_ns() < deadline_ns, f"left over: {left}"
            time.sleep(0.02)  # between two looks; the deadline decides
        self.gone_after_s.append((time.monotonic_ns() - killed.dead_ns) / S)

    def wait_until_replaced(self, killed: Killed) -> None:
        """Wait until the part works again, with the take still going on."""
        part = "audio" if killed.kind == PLAYER else "daw"
        fault = {PLAYER: "audio lost", SENDER: "daw fault"}[killed.kind]
        self.unit.wait_until(
            lambda status: (
                status["parts"][part]["state"] == "virtual"
                and status["has_sound"]
                and status["log"]["saved"] == status["log"]["submitted"]
                and bool(self._incidents(killed, fault))
                and (
                    killed.kind == SENDER
                    or not self._is_running(status)
                    or bool(self._incidents(killed, "click rejoined"))
                )
            ),
            f"the {killed.kind} is replaced",
        )
        self.back_after_s.append((time.monotonic_ns() - killed.dead_ns) / S)

    @staticmethod
    def _is_running(status: dict[str, Any]) -> bool:
        return status["phase"] in {"count_in", "rolling"}

    def _incidents(self, killed: Killed, kind: str) -> list[dict[str, Any]]:
        return self.unit.rows(
            "SELECT * FROM incidents WHERE kind = ? AND at_ns >= ?", kind, killed.killed_ns
        )

    def judge_the_count(self, killed: Killed) -> None:
        """See that the log holds as many entries as were reported saved. Before the next start."""
        found = self.unit.rows("SELECT saved_count FROM writers ORDER BY entry DESC LIMIT 1")
        assert sum(row["saved_count"] for row in found) >= killed.saved_count

    def judge(self, killed: Killed) -> None:
        """See that the log holds the take and its flags, once, where they were."""
        self._judge_what_was_saved(killed)
        takes = self.unit.rows(
            "SELECT * FROM takes WHERE at_ns BETWEEN ? AND ?", killed.pressed_ns, killed.dead_ns
        )
        assert len(takes) <= 1, takes
        if not takes:
            assert not killed.has_sounded, "a take whose first click sounded is not in the log"
            assert killed.killed_ns - killed.pressed_ns < ALLOWED_NS
            return
        (take,) = takes
        if killed.seen_take_number:
            assert take["number"] == killed.seen_take_number
        assert abs(take["first_click_ns"] - take["at_ns"] - LEAD_NS) <= _FRAME_NS
        if killed.kind in {CONTROLLER, ALL}:
            assert take["status"] == "interrupted"
            self._judge_place(killed, take)
        self._judge_flags(killed, take)
        self._judge_frames(take)

    def _judge_what_was_saved(self, killed: Killed) -> None:
        for take_id, shown in killed.saved_takes.items():
            (take,) = self.unit.rows("SELECT * FROM takes WHERE id = ?", take_id)
            assert (take["song"], take["number"]) == (shown["song"], shown["number"])
            flags = self.unit.rows("SELECT * FROM flags WHERE take_id = ?", take_id)
            # A hold strengthens a flag that may have been shown before.
            found = {(flag[kind], flag["bar"]) for flag in flags for kind in ("made_kind", "kind")}
            assert {(flag["kind"], flag["bar"]) for flag in shown["flags"]} <= found

    def _judge_place(self, killed: Killed, take: dict[str, Any]) -> None:
        """The last bar in the log is within 2 s of the truth at the moment of the kill."""
        first_ns = take["first_click_ns"]
        newest = place_of(beats_at(first_ns, killed.dead_ns))
        oldest = place_of(beats_at(first_ns, killed.killed_ns - ALLOWED_NS))
        if take["end_bar"] is None:
            assert killed.killed_ns - take["at_ns"] < ALLOWED_NS
        else:
            assert oldest <= (take["end_bar"], take["end_beat"]) <= newest

    def _judge_flags(self, killed: Killed, take: dict[str, Any]) -> None:
        """Each flag stands once, at the bar and beat that sounded when the foot came down."""
        kinds = {"keeper": "keeper", "song": "marker"}
        flags = self.unit.rows("SELECT * FROM flags WHERE take_id = ?", take["id"])
        assert len({flag["made_kind"] for flag in flags}) == len(flags)
        for flag in flags:
            made = flag["made_kind"]
            (pressed,) = (one for one in killed.flagged if kinds[one[0]] == made)
            is_strengthened = (made, flag["kind"]) == ("keeper", "fix_here")
            assert flag["kind"] == made or (is_strengthened and killed.may_be_held(*pressed))
            assert pressed[1] <= flag["at_ns"] <= killed.dead_ns + S
            beat = beats_at(take["first_click_ns"], flag["at_ns"])
            # On the very edge of a beat a frame decides, and frames are not the oracle's.
            edges = (
                beats_at(take["first_click_ns"] + nudge, flag["at_ns"])
                for nudge in (-S // 1000, S // 1000)
            )
            assert (flag["bar"], flag["beat"]) in {place_of(beat), *map(place_of, edges)}
        bar1_ns = take["first_click_ns"] + _COUNT_IN_BARS * _BEATS_PER_BAR * _BEAT_NS
        for pedal, at_ns in killed.flagged:
            is_due = at_ns > bar1_ns and at_ns + ALLOWED_NS < killed.killed_ns
            assert not is_due or kinds[pedal] in {flag["made_kind"] for flag in flags}

    def _judge_frames(self, take: dict[str, Any]) -> None:
        """With the grid of its stream, every frame in the log is at the bar and beat beside it."""
        grids = {}
        for row in self._of_take("take_events", take, "bar1_frame IS NOT NULL"):
            # Another stream, the same music: where its bar 1 lies is when bar 1 was.
            assert abs(row["bar1_ns"] - take["bar1_ns"]) <= _STREAMS_DIFFER_NS
            beat_frames = _BEAT_NS * row["sample_rate_hz"] / S
            grids[row["epoch"]] = (row["bar1_frame"], beat_frames)
        tables = ("take_events", "take_positions", "flags", "incidents")
        placed = "frame IS NOT NULL AND bar IS NOT NULL"
        for row in [row for table in tables for row in self._of_take(table, take, placed)]:
            bar1_frame, beat_frames = grids[row["epoch"]]
            # On the very edge of a beat a rounded frame may lie on either side.
            near = {
                place_of((row["frame"] - bar1_frame + nudge) // beat_frames + _COUNT_IN_BEATS)
                for nudge in (-1, 1)
            }
            assert (row["bar"], row["beat"]) in near, row

    def _of_take(self, table: str, take: dict[str, Any], which: str) -> list[dict[str, Any]]:
        query = f"SELECT * FROM {table} WHERE take_id = ? AND {which}"
        return self.unit.rows(query, take["id"])
