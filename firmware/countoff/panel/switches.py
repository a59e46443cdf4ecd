"""The four pedals on the panel: what each does now, lit while it is down, stepped on by the mouse."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget

from countoff.core.events import Pedal
from countoff.core.gestures import HOLD_STAGES_NS, HoldStage
from countoff.core.session.pedals import Do
from countoff.panel import paint, words

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

_NS_PER_SECOND = 1_000_000_000
_ROWS = (
    ("press", "press", HoldStage.SHORT),
    ("hold", "hold", HoldStage.HOLD),
    ("2 s", "long_hold", HoldStage.LONG_HOLD),
)
_NUMBERED = (Do.START, Do.NEXT_TAKE)
_LABEL_WIDTH = 6


class Switch(Widget):
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
        letter = pedal[0]
        self.border_subtitle = f"{letter} · {letter.upper()} · ^{letter}"
        self._use: dict[str, Any] = {}
        self._next_take = 0
        self._is_down = False
        self._is_under_mouse = False
        self._down_since_ns = 0
        self._until_ns = 0

    def show(self, use: dict[str, Any], next_take: int) -> None:
        """Show what the pedal does now and whether anybody stands on it."""
        was = self._use, self._next_take
        self._use, self._next_take = use, next_take
        self._note_foot(is_down=use["is_down"])
        if was != (use, next_take):
            self.refresh()

    def go_stale(self) -> None:
        """Know nothing of it any more."""
        self._use = {}
        self._note_foot(is_down=False)
        self.refresh()

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
        self.set_class(self.is_lit, "lit")
        self.refresh()

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

    def render(self) -> Text:
        """Return what a press, a hold and a long hold do, the one reached marked."""
        text = Text(no_wrap=True, overflow="crop")
        lit_row = self._lit_row()
        for label, key, stage in _ROWS:
            what = words.action(self._use[key]) if self._use else ""
            if what and self._use[key] in _NUMBERED:
                numbered = f"{what} {self._next_take}"
                what = numbered if len(numbered) + _LABEL_WIDTH <= self.size.width else what
            line = Text(f"{label:<{_LABEL_WIDTH}}", style=paint.FAINT)
            line.append(what, style=paint.ENGRAVED)
            if not what:
                line = Text(" ")
            if stage is lit_row:
                line.pad_right(max(0, self.size.width - line.cell_len))
                line.stylize(f"bold {paint.INK} on {paint.LIT_STEEL}")
            text.append_text(line)
            text.append("\n")
        text.right_crop(1)
        return text

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

    def compose(self) -> ComposeResult:
        """Lay them out."""
        for pedal in Pedal:
            yield Switch(pedal)

    def switch(self, pedal: Pedal) -> Switch:
        """Return the switch of a pedal."""
        return self.query_one(f"#{pedal.value}", Switch)

    def show(self, status: dict[str, Any]) -> None:
        """Show what the pedals do now."""
        for pedal in Pedal:
            self.switch(pedal).show(status["pedals"][pedal], status["next_take_number"])

    def go_stale(self) -> None:
        """Know nothing of them any more."""
        for pedal in Pedal:
            self.switch(pedal).go_stale()
