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

from countoff.core.events import Pedal
from countoff.core.session.pedals import Do, Phase
from countoff.core.tally import TallyLight
from countoff.panel import keys, paint, words
from countoff.panel.glass import Glass
from countoff.panel.held_keys import HeldKeys
from countoff.panel.layout import LAYOUTS, STYLE, layout_for
from countoff.panel.line import Line
from countoff.panel.nameplate import nameplate
from countoff.panel.readouts import Parts, Readout, Takes, Tally
from countoff.panel.set_list import SetList
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
_LEAVE_AGAIN_NS = 3 * _NS_PER_SECOND
# In a small panel the faults and the keys share a line.
_FAULT_TURN_NS = 4 * _NS_PER_SECOND


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
        *(Binding(key, f"ask('{do}')", show=False) for key, do in keys.ACTIONS.items()),
        Binding("enter", "songs", show=False),
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
        self._is_small = False
        self._brand = Readout("brand")
        self._glass = Glass()
        self._tally = Tally()
        self._parts = Parts()
        # Beside the screen or under it, as the layout has room; one of them is shown.
        self._takes = (Takes("side-takes"), Takes("under-takes"))
        self._pedalboard = Pedalboard()
        self._legend = Readout("legend")
        self._status: dict[str, Any] | None = None
        self._light: TallyLight | None = None
        self._lost_since_ns = time.monotonic_ns()
        self._notice_until_ns = 0
        self._notice = Text()
        self._held_keys = HeldKeys()
        self._leave_asked_ns = -_LEAVE_AGAIN_NS

    def compose(self) -> ComposeResult:
        """Lay the panel out; the layout's class on the screen decides what goes where."""
        yield self._brand
        with Container(id="upper"):
            yield self._glass
            with Container(id="side"):
                yield self._tally
                yield self._parts
                yield self._takes[0]
        yield self._takes[1]
        yield self._pedalboard
        yield self._legend

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
        self._is_small = chosen.name == "small"
        for name in LAYOUTS:
            # The set list may lie over it.
            self.screen_stack[0].set_class(name == chosen.name, name)
        self._glass.resize_dots(is_large=chosen.has_large_dots)
        # What the readouts say depends on the room they have, known after the layout.
        self.call_after_refresh(self._show)

    @property
    def has_contact(self) -> bool:
        """Whether a daemon answers and what is shown is true."""
        return not self._line.is_lost

    def heard(self, status: dict[str, Any]) -> None:
        """Show a new status."""
        light = TallyLight(status["tally"]["light"])
        if self._is_small and light not in (self._light, TallyLight.OFF):
            # A small panel has no other room for what the light means.
            self._say(words.LIGHTS[light].meaning, paint.ENGRAVED)
        self._light = light
        self._status = status
        self._show()
        if isinstance(self.screen, SetList):
            if status["phase"] == Phase.IDLE:
                self.screen.show(status)
            else:
                # Whoever looks for a song must not miss that a take begins.
                self.screen.dismiss(None)

    def refused(self, sentence: str) -> None:
        """Say why a request was not carried out."""
        self._say(sentence)

    def lost(self, sentence: str) -> None:
        """Show that the daemon is away: nothing on the panel is vouched for any more."""
        if self._status is not None and self._light is not None:
            self._lost_since_ns = time.monotonic_ns()
            self._light = None
            self._say(f"{sentence} {words.NO_CONTACT.meaning}")
        if isinstance(self.screen, SetList):
            self.screen.dismiss(None)
        self._show_stale()

    def on_switch_stepped(self, event: Switch.Stepped) -> None:
        """Pass on that the mouse stepped on a pedal or came off it."""
        if not self._line.ask(ask="press", pedal=event.pedal, is_down=event.is_down):
            self._say_nobody()

    def action_press(self, pedal: str, hold_s: float) -> None:
        """Step on a pedal for a while."""
        if self._is_held(f"{pedal} {hold_s}"):
            return
        if self._line.ask(ask="press", pedal=pedal, hold_s=hold_s):
            self._pedalboard.light_up(Pedal(pedal), hold_s)
        else:
            self._say_nobody()

    def action_ask(self, do: str) -> None:
        """Ask for one of the engineer's actions."""
        if self._is_held(do):
            return
        if not self._line.ask(ask="do", action=do):
            self._say_nobody()

    def action_songs(self) -> None:
        """Lay the set list over the panel."""
        if self._status is None or self._line.is_lost:
            self._say_nobody()
        elif self._status["phase"] != Phase.IDLE:
            self._say("A song is chosen between takes.")
        else:
            self.push_screen(SetList(self._status), self._choose)

    def _choose(self, request: dict[str, object] | None) -> None:
        if request is not None and not self._line.ask(**request):
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

    def _is_held(self, key: str) -> bool:
        is_held = self._held_keys.is_held(key, time.monotonic_ns())
        if is_held and key != Do.TAP_TEMPO:
            self._say("Taken for a held key: once more in a moment. A capital letter is a hold.")
        return is_held

    def _say_nobody(self) -> None:
        self._say("The box does not answer: nothing was pressed.")

    def _say(self, sentence: str, style: str = f"bold {paint.LOOK}") -> None:
        self._notice = Text(sentence, style=style)
        self._notice_until_ns = time.monotonic_ns() + round(_NOTICE_S * _NS_PER_SECOND)
        self._show_legend()

    def _show(self) -> None:
        status = self._status
        if status is None or self._line.is_lost:
            return
        glass = self._glass
        glass.remove_class("stale")
        glass.show(status["screen"])
        self._tally.show(status)
        self._parts.show(status)
        for takes in self._takes:
            takes.show(status)
        self._pedalboard.show(status)
        self._show_brand()
        self._show_legend()

    def _show_stale(self) -> None:
        glass = self._glass
        glass.add_class("stale")
        glass.go_stale()
        is_new = self._status is None
        self._tally.go_stale(words.WAITING if is_new else words.NO_CONTACT)
        self._parts.go_stale()
        self._pedalboard.go_stale()
        self._show_brand()

    def _show_brand(self) -> None:
        glass = self._glass
        right = Text()
        if self._line.is_lost:
            away_s = (time.monotonic_ns() - self._lost_since_ns) // _NS_PER_SECOND
            said = "waiting for the box" if self._status is None else f"no contact for {away_s} s"
            right.append(said, style=f"bold {paint.LOOK}")
        elif self._status is not None:
            right = nameplate(self._status)
        glass.border_title = "C O U N T O F F" if self._is_small else ""
        glass.border_subtitle = right.plain if self._line.is_lost and self._is_small else ""
        brand = Text(" C O U N T O F F ", style=f"bold {paint.ENGRAVED}", no_wrap=True)
        clock = Text("" if self._line.is_lost else self._session_clock(), style=paint.FAINT)
        if brand.cell_len + clock.cell_len + right.cell_len + 2 < self.size.width:
            brand.append_text(clock)
        gap = self.size.width - brand.cell_len - right.cell_len - 1
        brand.append(" " * max(gap, 1))
        brand.append_text(right)
        self._brand.write(brand, lambda: brand)

    def _session_clock(self) -> str:
        began_ns = None if self._status is None else self._status["session"]["began_ns"]
        return "" if began_ns is None else f"  {words.session(time.monotonic_ns() - began_ns)}"

    def _show_legend(self) -> None:
        now_ns = time.monotonic_ns()
        faults = words.faults(self._status["parts"]) if self._status and self._is_small else ()
        if now_ns < self._notice_until_ns:
            said = Text(" ").append_text(self._notice)
        elif faults and now_ns // _FAULT_TURN_NS % 2:
            said = Text(f" {faults[0]}", style=f"bold {paint.BAD}")
        else:
            said = keys.legend(self._status, self.size.width)
        said.no_wrap, said.overflow = True, "ellipsis"
        self._legend.write(said, lambda: said)
