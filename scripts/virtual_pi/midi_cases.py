"""What is done at the box's MIDI inputs in the virtual Pi: a DAW that answers, a foot controller.

Runs in the guest, as the other cases do.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

from virtual_pi.parts import lamp_duty, press
from virtual_pi.studio import (
    Desk,
    FootController,
    SimulatedDaw,
    address,
    connect,
    links,
    wait_until,
)
from virtual_pi.telling import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from virtual_pi.bench import Bench

_ROLL = 0
_PEDALS = """pedals_port = "FCB1010"
[[midi.pedal]]
message = "note 60 channel 1"
pedal = "roll"
[[midi.pedal]]
message = "note 61 channel 1"
pedal = "keeper"
"""
_PROFILE = "mackie"
_OWN = "Countoff:Countoff DAW"
_DAW_IN, _DAW_OUT = (f"Simulated DAW:Simulated DAW {way}" for way in ("in", "out"))
_RECORD_BUTTON = "905f7f"
_PAUSE_S = 4.0
_FLOOD_HZ = 200


def answers(bench: Bench) -> None:
    """Have a DAW connect itself to the box's own ports, and confirm takes."""
    _roll_confirmed("answers", bench, "", SimulatedDaw(_PROFILE))


def named_answers(bench: Bench) -> None:
    """Have the box connect itself to the ports of a DAW that it knows by name, and that floods it."""
    daw = SimulatedDaw(_PROFILE, "--port", "nobody's", "--flood-hz", str(_FLOOD_HZ))
    _roll_confirmed("answers at a named port", bench, _DAW_IN, daw)


def _roll_confirmed(case: str, bench: Bench, port: str, daw: SimulatedDaw) -> None:
    """Have a foot controller roll takes that `daw` confirms; pull the DAW's cable in one of them."""
    bench.unit.stop()
    bench.unit = bench.fresh_unit(port, midi=_PEDALS, profile=_PROFILE)
    feet = FootController()
    bench.start()
    bench.unit.wait_until(lambda status: _part(status, "pedals") == "ok", "the pedals are heard")
    with daw:
        bench.unit.wait_until(lambda status: _part(status, "daw") == "ok", "the DAW is there")
        confirmed = _take(bench, feet, daw, _see_it_confirmed)
        feet.pull()
        no_feet = _sentence_when(bench, "pedals", "warning")
        feet.plug_in()
        _sentence_when(bench, "pedals", "ok")
        interrupted = _take(bench, feet, daw, _pull_and_push)
        anew_s = _make_anew(bench, daw)
        tell(
            case=case,
            confirmed=confirmed,
            interrupted=interrupted,
            no_feet=no_feet,
            anew_s=anew_s,
            said=bench.unit.said(),
        )
    feet.pull()


def several(bench: Bench) -> None:
    """Connect two desks to the box's own ports, have both go and come back; kill the sender."""
    bench.unit.stop()
    bench.unit = bench.fresh_unit(profile=_PROFILE)
    bench.start()
    desks = [Desk("Desk A"), Desk("Desk B")]
    wanted = {link for desk in desks for link in ((_OWN, desk.port), (desk.port, _OWN))}
    for desk in desks:
        connect(address(_OWN, speaks=True), address(desk.port, speaks=False))
        connect(address(desk.port, speaks=True), address(_OWN, speaks=False))
    bench.unit.wait_until(lambda status: _part(status, "daw") == "ok", "the desks are seen")
    # The box looks four times a second: whom it has not seen connected it cannot miss.
    time.sleep(1.0)
    first = desks[0]
    first.go()
    time.sleep(1.0)
    first.come()
    one_s = _until_linked(wanted)
    for desk in desks:
        desk.go()
    bench.unit.wait_until(lambda status: _part(status, "daw") != "ok", "the desks have gone")
    for desk in reversed(desks):
        desk.come()
    both_s = _until_linked(wanted)
    heard_before = _roll_in_vain(bench, desks)
    os.kill(bench.unit.sender_pid(), signal.SIGKILL)
    wait_until(lambda: not links() & wanted, "the sender is gone")
    successor_s = _until_linked(wanted)
    bench.unit.wait_until(lambda status: _part(status, "daw") == "ok", "the successor speaks")
    heard_after = _roll_in_vain(bench, desks)
    for desk in desks:
        desk.go()
    tell(
        case="several",
        one_s=one_s,
        both_s=both_s,
        successor_s=successor_s,
        heard_before=heard_before,
        heard_after=heard_after,
        said=bench.unit.said(),
    )


def _take(
    bench: Bench,
    feet: FootController,
    daw: SimulatedDaw,
    during: Callable[[Bench, SimulatedDaw], dict[str, Any]],
) -> dict[str, Any]:
    told_before = len(daw.words("does"))
    pressed_ns = feet.press(_ROLL)
    bench.unit.wait_for_phase("rolling")
    seen = during(bench, daw)
    seen |= bench.end(pressed_ns, step=lambda hold_s: feet.press(_ROLL, hold_s))
    record_ns = next(at for at, word in daw.words("hears") if at > pressed_ns and "record" in word)
    return seen | {"record_ns": record_ns, "daw_did": daw.words("does")[told_before:]}


def _see_it_confirmed(bench: Bench, _daw: SimulatedDaw) -> dict[str, Any]:
    bench.unit.wait_for_bar(2)
    light = bench.unit.status()["tally"]["light"]
    duty = lamp_duty(2.0)
    bench.unit.wait_for_bar(4)
    return {"light": light, "duty": duty}


def _pull_and_push(bench: Bench, daw: SimulatedDaw) -> dict[str, Any]:
    """Have the DAW's ports go away in bar 2 and come back; nothing is to be red meanwhile."""
    bench.unit.wait_for_bar(2)
    before = bench.unit.status()
    daw.do("unplug")
    pulled_ns = time.monotonic_ns()
    away = bench.unit.wait_until(
        lambda status: status["tally"]["light"] != "recording", "the light is not red any more"
    )
    noticed_s = (time.monotonic_ns() - pulled_ns) / 1e9
    bench.unit.wait_until(
        lambda status: status["tally"]["light"] == "daw_lost", "the light says that the DAW is lost"
    )
    duty = lamp_duty(2.0)
    heard_before = len(daw.words("hears"))
    daw.do("unplug")
    back_ns = time.monotonic_ns()
    back = bench.unit.wait_until(
        lambda status: status["tally"]["light"] == "recording", "the light is red again"
    )
    back_s = (time.monotonic_ns() - back_ns) / 1e9
    bench.unit.wait_for_bar(back["bar"] + 2)
    return {
        "light": before["tally"]["light"],
        "away_light": away["tally"]["light"],
        "away_sentence": away["parts"]["daw"]["sentence"],
        "away_duty": duty,
        "noticed_s": noticed_s,
        "back_s": back_s,
        "asked": daw.words("hears")[heard_before:],
    }


def _make_anew(bench: Bench, daw: SimulatedDaw) -> float:
    """Have the DAW close and open its ports faster than anybody looks; return when all is as it was."""
    does_before = len(daw.words("does"))
    daw.do("unplug\nunplug")
    wait_until(
        lambda: any("again" in word for _, word in daw.words("does")[does_before:]),
        "the DAW has its ports again",
    )
    took_s = _until_linked({(_OWN, _DAW_IN), (_DAW_OUT, _OWN)})
    bench.unit.wait_until(lambda status: _part(status, "daw") == "ok", "the DAW is there again")
    return took_s


def _roll_in_vain(bench: Bench, desks: list[Desk]) -> dict[str, bool]:
    """Press ROLL; nobody answers, so the box gives the take up. Return which desk was told."""
    for desk in desks:
        desk.heard.clear()
    press("roll")
    wait_until(
        lambda: any(_RECORD_BUTTON in desk.heard for desk in desks), "a desk is told to record"
    )
    bench.unit.wait_for_phase("idle")
    time.sleep(_PAUSE_S)
    return {desk.name: _RECORD_BUTTON in desk.heard for desk in desks}


def _until_linked(wanted: set[tuple[str, str]]) -> float:
    began_s = time.monotonic()
    wait_until(lambda: links() >= wanted, f"all of {sorted(wanted)} are connected")
    return time.monotonic() - began_s


def _sentence_when(bench: Bench, part: str, state: str) -> str:
    status = bench.unit.wait_until(
        lambda status: _part(status, part) == state, f"{part} is {state}"
    )
    return str(status["parts"][part]["sentence"])


def _part(status: dict[str, Any], part: str) -> str:
    return str(status["parts"][part]["state"])
