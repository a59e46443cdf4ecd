"""The four pedals on the panel: what each does now, lit while it is down, stepped on by the mouse."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from countoff.core.events import Pedal
from countoff.core.gestures import HOLD_STAGES_NS, HoldStage
from countoff.core.session.pedals import Do
from countoff.panel import paint, shading, words
from countoff.panel.lamp import half_block_strip

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.strip import Strip

_NS_PER_SECOND = 1_000_000_000
_ROWS = (
    ("press", "press", HoldStage.SHORT),
    ("hold", "hold", HoldStage.HOLD),
    ("2 s", "long_hold", HoldStage.LONG_HOLD),
)
_NUMBERED = (Do.START, Do.NEXT_TAKE)
# Wide enough for the keys beside the gestures.
_KEY_WIDTH = 24


class Cap(Widget):
    """The footswitch itself, drawn where there is room for it."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False

    def render_line(self, y: int) -> Strip:
        """Return one line of it."""
        width, height = self.size
        return half_block_strip(shading.cap(width, height * 2, is_down=self.is_down), y)


class Switch(Horizontal):
    """One pedal."""

    can_focus = False

    class Stepped(Message):
        """The mouse stepped on the pedal, or came off it."""

        def __init__(self, pedal: Pedal, *, is_down: bool) -> None:
            super().__init__()
            self.pedal = pedal
            self.is_down = is_down

    def __init__(self, pedal: Pedal) -> None:
        super().__init__(id=pedal.value)
        self.pedal = pedal
        self.border_title = pedal.upper()
        self._use: dict[str, Any] = {}
        self._next_take = 0
        self._cap = Cap()
        self._words = Static(classes="uses")
        self._is_down = False
        self._is_under_mouse = False
        self._down_since_ns = 0
        self._until_ns = 0

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield self._cap
        yield self._words

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        letter = self.pedal[0]
        has_keys = self._words.size.width >= _KEY_WIDTH
        self.border_subtitle = "" if has_keys else f"{letter}  {letter.upper()}  ^{letter}"
        self._look()

    def show(self, use: dict[str, Any], next_take: int) -> None:
        """Show what the pedal does now and whether anybody stands on it."""
        if (use, next_take) != (self._use, self._next_take):
            self._use, self._next_take = use, next_take
            self._note_foot(is_down=use["is_down"])

    def go_stale(self) -> None:
        """Know nothing of it any more."""
        self._use = {}
        self._note_foot(is_down=False)

    def light_up(self, hold_s: float) -> None:
        """Show a press by a key, which lasts `hold_s`."""
        self._until_ns = time.monotonic_ns() + round(hold_s * _NS_PER_SECOND)
        self._begin()
        self.set_timer(hold_s, self._look)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Step on it."""
        event.stop()
        self.capture_mouse()
        self._is_under_mouse = True
        self._begin()
        self.post_message(self.Stepped(self.pedal, is_down=True))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Come off it, wherever the pointer is by now."""
        event.stop()
        self.release_mouse()
        if self._is_under_mouse:
            self._is_under_mouse = False
            self._look()
            self.post_message(self.Stepped(self.pedal, is_down=False))

    @property
    def is_lit(self) -> bool:
        """Whether anybody stands on it: a foot, the mouse or a key."""
        return self._is_down or self._is_under_mouse or time.monotonic_ns() < self._until_ns

    def _note_foot(self, *, is_down: bool) -> None:
        if is_down and not self.is_lit:
            self._begin()
        self._is_down = is_down
        self._look()

    def _begin(self) -> None:
        """Start the time of a hold, and come back when it means more."""
        self._down_since_ns = time.monotonic_ns()
        for stage in (HoldStage.HOLD, HoldStage.LONG_HOLD):
            self.set_timer(HOLD_STAGES_NS[stage] / _NS_PER_SECOND, self._look)
        self._look()

    def _look(self) -> None:
        is_lit = self.is_lit
        self.set_class(is_lit, "lit")
        if self._cap.is_down != is_lit:
            self._cap.is_down = is_lit
            self._cap.refresh()
        self._words.update(self._uses())

    def _reached(self) -> HoldStage | None:
        if not self.is_lit:
            return None
        down_ns = time.monotonic_ns() - self._down_since_ns
        reached = [
            stage
            for stage in (HoldStage.HOLD, HoldStage.LONG_HOLD)
            if down_ns >= HOLD_STAGES_NS[stage]
        ]
        return reached[-1] if reached else HoldStage.SHORT

    def _uses(self) -> Text:
        """Return what a press, a hold and a long hold do, the strongest so far marked."""
        width = self._words.size.width
        letter = self.pedal[0]
        keys = (letter, letter.upper(), f"^{letter}")
        lit_row = self._lit_row()
        lines = []
        for (label, name, stage), key in zip(_ROWS, keys, strict=True):
            what = self._what(name, width)
            line = Text(f"{label:<6}" if what else "", style=paint.FAINT, no_wrap=True)
            if what and width >= _KEY_WIDTH:
                line.append(f"{key:<4}", style=f"bold {paint.STAND_IN}")
            line.append(what, style=paint.ENGRAVED)
            if stage is lit_row:
                line.pad_right(max(0, width - line.cell_len))
                line.stylize(f"bold {paint.INK} on {paint.LIT_STEEL}")
            lines.append(line)
        return Text("\n", no_wrap=True).join(lines)

    def _what(self, name: str, width: int) -> str:
        """Return what a gesture does, with the take's number where there is room for it."""
        if not self._use:
            return ""
        what = words.action(self._use[name])
        numbered = f"{what} {self._next_take}"
        has_room = width >= _KEY_WIDTH and self._use[name] in _NUMBERED
        return numbered if has_room else what

    def _lit_row(self) -> HoldStage | None:
        """Return the row of the strongest gesture reached that means something here."""
        reached = self._reached()
        if reached is None or not self._use:
            return None
        meant = [
            stage for _, key, stage in _ROWS if stage <= reached and self._use[key] != Do.NOTHING
        ]
        return max(meant, default=None)


class Pedalboard(Horizontal):
    """The four of them, in the order in which they stand on the floor."""

    def __init__(self) -> None:
        super().__init__()
        self._switches = {pedal: Switch(pedal) for pedal in Pedal}

    def compose(self) -> ComposeResult:
        """Lay them out."""
        yield from self._switches.values()

    def light_up(self, pedal: Pedal, hold_s: float) -> None:
        """Show a press by a key, which lasts `hold_s`."""
        self._switches[pedal].light_up(hold_s)

    def show(self, status: dict[str, Any]) -> None:
        """Show what the pedals do now."""
        for pedal, switch in self._switches.items():
            switch.show(status["pedals"][pedal], status["next_take_number"])

    def go_stale(self) -> None:
        """Know nothing of them any more."""
        for switch in self._switches.values():
            switch.go_stale()
