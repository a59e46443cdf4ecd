from __future__ import annotations

import random
import secrets
import statistics
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.end_to_end.plug import KINDS, PLAYER, SENDER, SONG, Plug
from tests.end_to_end.unit import Unit, plain_environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

_BOXES = 5
_ROUNDS = 50
_SETTINGS = '[audio]\nbackend = "virtual"\n[midi]\nbackend = "none"\n'


def test_a_pulled_plug_loses_no_take(tmp_path: Path) -> None:
    """Killed 50 times at random moments of a take, nothing that happened is lost or doubled.

    Every take that sounded is in the log once, with its flags, at its last bar; nothing reported
    saved is lost; nobody is left behind; and the next start takes the next number.
    """
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    kinds = [KINDS[number % len(KINDS)] for number in range(_ROUNDS)]
    chance.shuffle(kinds)
    with ThreadPoolExecutor(_BOXES) as boxes:
        running = [
            boxes.submit(_days, tmp_path / f"box{box}", kinds[box::_BOXES], chance.getrandbits(32))
            for box in range(_BOXES)
        ]
        plugs = [one.result() for one in running]
    gone_s = [each for plug in plugs for each in plug.gone_after_s]
    back_s = [each for plug in plugs for each in plug.back_after_s]
    print(f"gone after: median {statistics.median(gone_s):.3f} s, longest {max(gone_s):.3f} s")
    print(f"replaced after: median {statistics.median(back_s):.3f} s, longest {max(back_s):.3f} s")


def _days(folder: Path, kinds: list[str], seed: int) -> Plug:
    """Let one box live through these accidents, one after the other, with one log."""
    folder.mkdir()
    unit = Unit(folder, plain_environment(), _SETTINGS)
    unit.add_song("plug.toml", SONG)
    plug = Plug(unit, random.Random(seed))
    with unit:
        unit.start()
        for kind in kinds:
            killed = plug.play_and_kill(kind)
            if kind in {PLAYER, SENDER}:
                plug.wait_until_replaced(killed)
                plug.judge_the_count(killed)
                unit.do("stop")
                unit.wait_for_phase("idle")
            else:
                plug.wait_until_gone(killed)
                plug.judge_the_count(killed)
                unit.start()
            plug.judge(killed)
        plug.step_on_roll()
        unit.wait_for_place(2)
        unit.step_off("roll")
        unit.do("stop")
        unit.wait_until(
            lambda status: status["takes"][0]["status"] == "ended", "the last take has ended"
        )
    takes = unit.rows("SELECT number, status FROM takes ORDER BY entry")
    assert [take["number"] for take in takes] == list(range(1, len(takes) + 1))
    assert takes[-1]["status"] == "ended"
    assert unit.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert not list(folder.glob("log/takes.damaged-*"))
    assert not unit.processes()
    return plug
