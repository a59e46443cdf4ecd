"""The simulated DAW's face in a terminal: its transport, its clock, what is wrong with it, the cable.

Runs on one event loop in a process of its own and only shows what the program with the cables tells:
a sound server that waited for a screen to be drawn would lose time, and the box's click with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.text import Text
from textual.app import App
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Digits

from countoff.core.daw import DawTransport
from countoff.core.tally import TallyLight
from countoff.daw.simulated.face_words import LIGHTS, cable_line, faults_line, legend
from countoff.daw.simulated.keys import WORDS
from countoff.panel import paint
from countoff.panel.lamp import Lens
from countoff.panel.readouts import Readout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from countoff.daw.profile import Profile

_MOST_LINES = 200
# Narrower or lower than this, the clock is small and the cable has the room.
_LEAST_WIDTH, _LEAST_HEIGHT = 84, 20
# After this the program with the cables is ended; it closes them in no time.
_LEAVING_S = 2.0

_STYLE: Final = f"""
Screen {{ background: {paint.FACE}; color: {paint.ENGRAVED}; }}
#brand {{ height: 1; }}
#upper {{ height: 1fr; }}
#deck {{ width: 38; border: round {paint.EDGE}; border-title-color: {paint.FAINT}; padding: 0 1; }}
Lens {{ height: 7; width: 100%; }}
#does {{ height: 2; text-align: center; }}
Digits {{ width: 100%; text-align: center; color: {paint.GLOW}; }}
#counts {{ height: 2; text-align: center; }}
#cable {{
    width: 1fr; height: 100%; border: round {paint.EDGE}; border-title-color: {paint.FAINT};
    padding: 0 1; background: {paint.GLASS}; text-wrap: nowrap; text-overflow: ellipsis;
}}
#faults {{ height: 1; }}
#legend {{ height: auto; max-height: 2; dock: bottom; }}
.small #deck {{ width: 24; }}
.small Lens {{ height: 5; }}
.small Digits {{ display: none; }}
"""


class Face(App[int]):
    """Shows the DAW of `profile`, which `program` runs: the words that start it, told in JSON."""

    CSS = _STYLE
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(word.key, f"do('{word.word}')", show=False) for word in WORDS
    ]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Simulated DAW"

    def __init__(self, profile: Profile, program: Sequence[str]) -> None:
        super().__init__()
        self._profile = profile
        self._program = program
        self._child: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lines: deque[Text] = deque(maxlen=_MOST_LINES)
        self._from_ns: int | None = None
        self._is_small = False
        self._lens = Lens()
        self._clock = Digits("00:00:00:00")
        self._readouts = {name: Readout(name) for name in _READOUTS}
        self.state: dict[str, Any] = {}
        """How the DAW stands, as it was told last."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield self._readouts["brand"]
        with Horizontal(id="upper"):
            with Vertical(id="deck") as deck:
                deck.border_title = "TRANSPORT"
                yield self._lens
                yield self._readouts["does"]
                yield self._clock
                yield self._readouts["counts"]
            yield self._readouts["cable"]
        yield self._readouts["faults"]
        yield self._readouts["legend"]

    async def on_mount(self) -> None:
        """Start the program with the cables."""
        self._readouts["cable"].border_title = "ON THE CABLE"
        pipe = asyncio.subprocess.PIPE
        self._child = await asyncio.create_subprocess_exec(
            *self._program, stdin=pipe, stdout=pipe, stderr=pipe
        )
        self._reader = asyncio.create_task(self._read(self._child))
        self._show()

    async def on_unmount(self) -> None:
        """End it: its input ends, and it closes its cables."""
        if self._reader is not None:
            self._reader.cancel()
        child = self._child
        if child is None or child.returncode is not None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            await asyncio.wait_for(child.wait(), _LEAVING_S)
        except TimeoutError:
            child.kill()
            await child.wait()

    def on_resize(self, event: events.Resize) -> None:
        """Write all again: what there is room for has changed."""
        self._is_small = event.size.width < _LEAST_WIDTH or event.size.height < _LEAST_HEIGHT
        self.screen.set_class(self._is_small, "small")
        self.call_after_refresh(self._show)

    def action_do(self, word: str) -> None:
        """Pass on what the user does; `q` leaves."""
        if word == "quit":
            self.exit(0)
        elif self._child is not None and self._child.stdin is not None:
            with contextlib.suppress(ConnectionError):
                self._child.stdin.write(f"{word}\n".encode())

    async def _read(self, child: asyncio.subprocess.Process) -> None:
        if child.stdout is None or child.stderr is None:
            return
        async for line in child.stdout:
            self._take_in(json.loads(line))
        sentence = (await child.stderr.read()).decode(errors="replace").strip()
        code = await child.wait()
        self.exit(code, message=sentence or "The program with the cables has ended.")

    def _take_in(self, told: dict[str, Any]) -> None:
        if "state" in told:
            self.state = told["state"]
        else:
            if self._from_ns is None:
                self._from_ns = told["at_ns"]
            self._lines.append(cable_line(told, self._from_ns))
        self._show()

    def _show(self) -> None:
        does = self.state.get("transport", "starting")
        light = TallyLight.OFF
        if does in list(DawTransport):
            light = LIGHTS[DawTransport(does)]
        self._lens.show({"light": light, "first_beat_ns": None, "beat_length_ns": None})
        colour = paint.LENSES["red"] if light is TallyLight.RECORDING else paint.ENGRAVED
        self._write("does", Text(does.upper(), style=f"bold {colour}", justify="center"))
        self._clock.update(self.state.get("place", "00:00:00:00"))
        self._write("counts", self._counts())
        self._write("brand", self._brand())
        self._write("faults", faults_line(self.state))
        self._write("legend", legend(self.size.width))
        rows = max(self._readouts["cable"].content_size.height, 1)
        lines = Text("\n", no_wrap=True, overflow="ellipsis").join(list(self._lines)[-rows:])
        self._write("cable", lines)

    def _counts(self) -> Text:
        takes, markers = self.state.get("takes", 0), self.state.get("markers", 0)
        said = f"{takes} take{'' if takes == 1 else 's'}, {markers} marker{'' if markers == 1 else 's'}"
        counts = Text(said, style=paint.FAINT, justify="center")
        if self._is_small:
            counts.append(f"\n{self.state.get('place', '')}", style=paint.GLOW)
        return counts

    def _brand(self) -> Text:
        peers = self.state.get("peers", [])
        left = Text(" S I M U L A T E D   D A W ", style=f"bold {paint.ENGRAVED}", no_wrap=True)
        left.append(f"  {self._profile.name}", style=paint.STAND_IN)
        right = Text("nobody is connected", style=f"bold {paint.LOOK}")
        if peers:
            right = Text(f"● {', '.join(peers)}", style=paint.GOOD)
        left.append(" " * max(self.size.width - left.cell_len - right.cell_len - 1, 1))
        return left.append_text(right)

    def _write(self, name: str, text: Text) -> None:
        self._readouts[name].write((text, str(text.spans)), lambda: text)


_READOUTS: Final = ("brand", "does", "counts", "cable", "faults", "legend")
