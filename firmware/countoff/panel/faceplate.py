"""The front panel: a program in the terminal that shows the box and presses its pedals.

Runs in a process of its own on one event loop. Leaving it, or losing it, changes nothing in the box.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import Static

from countoff.core.events import Pedal
from countoff.core.session.pedals import Do, Phase
from countoff.panel import paint, words
from countoff.panel.glass import Glass
from countoff.panel.layout import LAYOUTS, STYLE, layout_for
from countoff.panel.line import Line
from countoff.panel.readouts import Parts, Takes, Tally
from countoff.panel.switches import Pedalboard, Switch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

_NS_PER_SECOND = 1_000_000_000
PRESS_S = 0.1
HOLD_S = 0.7
LONG_HOLD_S = 2.1
_TEND_EVERY_S = 0.25
_NOTICE_S = 4.0
# A terminal tells a held key as many presses: the first repeat comes after up to this long.
_KEY_REPEAT_NS = 700_000_000
_LEAVE_AGAIN_NS = 3 * _NS_PER_SECOND

# key, action, what the legend calls it; capitals end something.
ENGINEER_KEYS: tuple[tuple[str, Do, str], ...] = (
    ("E", Do.END_AT_BAR, "end at bar"),
    ("X", Do.STOP, "stop now"),
    ("n", Do.NO_GOOD, "no good"),
    ("m", Do.MARKER, "marker"),
    ("left", Do.PREVIOUS_SONG, "song back"),
    ("right", Do.NEXT_SONG, "song on"),
    ("up", Do.CLICK_UP, "click up"),
    ("down", Do.CLICK_DOWN, "click down"),
    ("c", Do.MUTE_CLICK, "mute click"),
)
_MAY_REPEAT = frozenset({Do.CLICK_UP, Do.CLICK_DOWN})


def _bindings() -> list[BindingType]:
    pedals: list[BindingType] = []
    for number, pedal in enumerate(Pedal, start=1):
        letter = pedal[0]
        pedals += [
            Binding(f"{number},{letter}", f"press('{pedal}', {PRESS_S})", show=False),
            Binding(letter.upper(), f"press('{pedal}', {HOLD_S})", show=False),
            Binding(f"ctrl+{letter}", f"press('{pedal}', {LONG_HOLD_S})", show=False),
        ]
    return [
        *pedals,
        *(Binding(key, f"ask('{do}')", show=False) for key, do, _ in ENGINEER_KEYS),
        Binding("q", "leave", show=False),
    ]


class Faceplate(App[None]):
    """The panel. `paths` are the sockets to try; it waits for a daemon where there is none."""

    CSS = STYLE
    BINDINGS: ClassVar[list[BindingType]] = _bindings()
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Countoff"

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self._line = Line(paths, self)
        self._status: dict[str, Any] | None = None
        self._lost_since_ns = time.monotonic_ns()
        self._notice_until_ns = 0
        self._notice = ""
        self._pressed_ns: dict[str, int] = {}
        self._leave_asked_ns = -_LEAVE_AGAIN_NS

    def compose(self) -> ComposeResult:
        """Lay the panel out; the layout's class on the screen decides what goes where."""
        yield Static(id="brand")
        with Container(id="upper"):
            yield Glass()
            with Container(id="side"):
                yield Tally()
                yield Parts()
                yield Takes(id="side-takes")
        yield Takes(id="under-takes")
        yield Pedalboard()
        yield Static(id="legend")

    def on_mount(self) -> None:
        """Show that there is nobody yet, and look for the daemon."""
        self._show_stale()
        self._tend()
        self.set_interval(_TEND_EVERY_S, self._tend)

    def on_unmount(self) -> None:
        """Hang up; the daemon lets go of every pedal held by the mouse."""
        self._line.close()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the new size."""
        chosen = layout_for(event.size.width, event.size.height)
        for name in LAYOUTS:
            self.screen.set_class(name == chosen.name, name)
        self.query_one(Glass).resize_dots(is_large=chosen.has_large_dots)
        # What the readouts say depends on the room they have, known after the layout.
        self.call_after_refresh(self._show)

    def heard(self, status: dict[str, Any]) -> None:
        """Show a new status."""
        self._status = status
        self._show()

    def refused(self, sentence: str) -> None:
        """Say why a request was not carried out."""
        self._say(sentence)

    def lost(self, sentence: str) -> None:
        """Show that the daemon is away: nothing on the panel is vouched for any more."""
        if self._status is not None and not self.query_one(Glass).has_class("stale"):
            self._lost_since_ns = time.monotonic_ns()
        self._show_stale()

    def on_switch_stepped(self, event: Switch.Stepped) -> None:
        """Pass on that the mouse stepped on a pedal or came off it."""
        if not self._line.ask(ask="press", pedal=event.pedal, is_down=event.is_down):
            self._say_nobody()

    def action_press(self, pedal: str, hold_s: float) -> None:
        """Step on a pedal for a while."""
        if self._is_key_repeat(f"{pedal} {hold_s}"):
            return
        if self._line.ask(ask="press", pedal=pedal, hold_s=hold_s):
            self.query_one(Pedalboard).switch(Pedal(pedal)).light_up(hold_s)
        else:
            self._say_nobody()

    def action_ask(self, do: str) -> None:
        """Ask for one of the engineer's actions."""
        if do not in _MAY_REPEAT and self._is_key_repeat(do):
            return
        if not self._line.ask(ask="do", action=do):
            self._say_nobody()

    def action_leave(self) -> None:
        """Leave the panel; while a take runs, only when asked twice."""
        now_ns = time.monotonic_ns()
        is_idle = self._status is None or self._status["phase"] == Phase.IDLE
        if is_idle or self._line.is_lost or now_ns - self._leave_asked_ns < _LEAVE_AGAIN_NS:
            self.exit()
            return
        self._leave_asked_ns = now_ns
        self._say("A take is running. Press q once more to leave the panel.")

    def _tend(self) -> None:
        self._line.tend(time.monotonic_ns())
        self._show_brand()
        self._show_legend()

    def _is_key_repeat(self, key: str) -> bool:
        now_ns = time.monotonic_ns()
        is_repeat = now_ns - self._pressed_ns.get(key, -_KEY_REPEAT_NS) < _KEY_REPEAT_NS
        self._pressed_ns[key] = now_ns
        if is_repeat:
            self._say("Taken for a held key: once more in a moment. A capital letter is a hold.")
        return is_repeat

    def _say_nobody(self) -> None:
        self._say("The box does not answer: nothing was pressed.")

    def _say(self, sentence: str) -> None:
        self._notice = sentence
        self._notice_until_ns = time.monotonic_ns() + round(_NOTICE_S * _NS_PER_SECOND)
        self._show_legend()

    def _show(self) -> None:
        status = self._status
        if status is None or self._line.is_lost:
            return
        glass = self.query_one(Glass)
        glass.remove_class("stale")
        glass.show(status["screen"])
        self.query_one(Tally).show(status)
        self.query_one(Parts).show(status)
        for takes in self.query(Takes):
            takes.show(status)
        self.query_one(Pedalboard).show(status)
        self._show_brand()
        self._show_legend()

    def _show_stale(self) -> None:
        glass = self.query_one(Glass)
        glass.add_class("stale")
        glass.go_stale()
        is_new = self._status is None
        self.query_one(Tally).go_stale(words.WAITING if is_new else words.NO_CONTACT)
        self.query_one(Parts).go_stale()
        self.query_one(Pedalboard).go_stale()

    def _show_brand(self) -> None:
        glass = self.query_one(Glass)
        right = Text()
        if self._line.is_lost:
            away_s = (time.monotonic_ns() - self._lost_since_ns) // _NS_PER_SECOND
            said = "waiting for the box" if self._status is None else f"no contact for {away_s} s"
            right.append(said, style=f"bold {paint.LOOK}")
        elif self._status is not None:
            status = self._status
            right.append(f"{status['song']}  ", style=paint.ENGRAVED)
            right.append(f"{status['tempo']} BPM  {status['meter']}", style=paint.FAINT)
        glass.border_title = "C O U N T O F F"
        glass.border_subtitle = right.plain if self._line.is_lost else ""
        brand = Text(" C O U N T O F F ", style=f"bold {paint.ENGRAVED}", no_wrap=True)
        gap = self.size.width - brand.cell_len - right.cell_len - 1
        brand.append(" " * max(gap, 1))
        brand.append_text(right)
        self.query_one("#brand", Static).update(brand)

    def _show_legend(self) -> None:
        legend = self.query_one("#legend", Static)
        if time.monotonic_ns() < self._notice_until_ns:
            legend.update(Text(f" {self._notice}", style=f"bold {paint.LOOK}", no_wrap=True))
            return
        text = Text(no_wrap=True, overflow="ellipsis")
        keys = [("E", "end"), ("X", "stop"), ("n", "no good"), ("m", "mark"), ("←→", "song")]
        keys += [("↑↓", "click"), ("c", "mute"), ("q", "leave")]
        for key, what in keys:
            text.append(f" {key} ", style=f"bold {paint.ENGRAVED}")
            text.append(f"{what} ", style=paint.FAINT)
        legend.update(text)
