"""A picture of the simulated DAW's face, drawn by itself on a scripted take. For scripts/pictures.

The take is played by the model in virtual time; the face is shown what its program would have told.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

from panel_picture import with_shapes

from countoff.daw.finding import find_profile
from countoff.daw.simulated.face import Face
from countoff.daw.simulated.model import SimulatedDaw
from countoff.daw.simulated.time_text import clock_text
from countoff.daw.simulated.wording import OFTEN, Wording
from countoff.daw.timed import Timed
from countoff.midi import mackie, mackie_handshake

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZE = (104, 26)
_SECOND = 1_000_000_000
_RECORD_NS = 9 * _SECOND // 2
_NOW_NS = 17 * _SECOND
_DEADLINE_S = 20
_TELLING = "import sys; sys.stdout.write(sys.argv[1]); sys.stdout.flush(); sys.stdin.read()"


def simulated_daw_picture(key: str) -> str:
    """Return the SVG of the face of `key`, some seconds into a take."""
    return with_shapes(asyncio.run(_drawn(key)))


async def _drawn(key: str) -> str:
    told = "".join(f"{json.dumps(line)}\n" for line in _told(key))
    face = Face(find_profile(key, None), [sys.executable, "-c", _TELLING, told])
    async with face.run_test(size=_SIZE) as pilot:
        deadline_s = time.monotonic() + _DEADLINE_S
        while not face.state:
            if time.monotonic() > deadline_s:
                raise TimeoutError("The face did not come up.")
            await asyncio.sleep(0.01)
        await pilot.pause()
        return face.export_screenshot()


def _told(key: str) -> list[dict[str, object]]:
    """Return what happens in a take, and how everything stands in it."""
    daw = SimulatedDaw(find_profile(key, None))
    told: list[dict[str, object]] = []
    words = {"hears": Wording(is_from_daw=False), "says": Wording(is_from_daw=True)}
    often: set[str] = set()

    def tell(who: str, messages: Iterable[Timed]) -> None:
        done = daw.deeds[sum("does" in line for line in told) :]
        told.extend({"at_ns": deed.at_ns, "does": deed.words} for deed in done)
        for at_ns, data in messages:
            said = words[who].of(data)
            if said and said not in often:
                told.append({"at_ns": at_ns, who: said})
            often.update({said} & OFTEN)

    def hear(at_ns: int, data: bytes) -> None:
        tell("says", daw.pass_time(at_ns))
        tell("hears", [Timed(at_ns, data)])
        tell("says", daw.hear(at_ns, data))

    tell("says", daw.start(0))
    online = mackie_handshake.encode(mackie_handshake.Online())
    hear(_SECOND // 4, online)
    for number, data in enumerate(mackie.pressed(mackie.Button.RECORD)):
        hear(_RECORD_NS + number, data)
    tell("says", daw.pass_time(_NOW_NS))
    state = {
        "transport": str(daw.transport),
        "place": clock_text(daw.seconds_at(_NOW_NS)),
        "takes": len(daw.machine.takes),
        "markers": len(daw.machine.markers),
        "peers": ["Countoff:DAW", "Countoff:DAW in"],
    }
    return [*told, {"at_ns": _NOW_NS, "state": state}]
