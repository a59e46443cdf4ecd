"""Shows the published state: draws the screen, on a thread of its own, and lights the tally.

Reads the controller's state, which is frozen and replaced whole; nothing waits for this thread. The
light is set by whoever changes the state, at once: drawing takes a while, and on a busy machine this
thread may not have its turn for a tenth of a second. It looks after what time alone changes.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from countoff.core.screen.pages import draw, shift_for_burn_in
from countoff.core.session.dimming import screen_brightness, tally_brightness
from countoff.core.session.lighting import tally_view
from countoff.core.session.view import next_view_change_ns, screen_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from countoff.core.screen.view import ScreenView
    from countoff.core.session.lighting import TallyView
    from countoff.core.session.state import State
    from countoff.devices.parts import Lamp, Screen

_NS_PER_SECOND = 1_000_000_000
_NS_PER_MINUTE = 60 * _NS_PER_SECOND
# The picture moves by a pixel now and then against burn-in, also when nothing else changes.
_LONGEST_REST_NS = 30 * _NS_PER_SECOND


class Display:
    """Keeps screen and tally showing what `state()` is; `shown` is called after each change."""

    def __init__(
        self, state: Callable[[], State], screen: Screen, lamp: Lamp, shown: Callable[[], None]
    ) -> None:
        """Show on `screen` and `lamp`, which are started and stopped with the display."""
        self._state = state
        self._screen = screen
        self._lamp = lamp
        self._shown = shown
        self._changed = threading.Event()
        self._stopping = False
        self._view: tuple[ScreenView, int] | None = None
        self._lighting = threading.Lock()
        self._tally: TallyView | None = None
        self._tally_brightness = self._screen_brightness = 1.0
        self.image: Image | None = None
        """The picture shown last, without its shift against burn-in. Any thread may read it."""
        self._thread = threading.Thread(target=self._run, name="display", daemon=True)

    def start(self) -> None:
        """Open screen and lamp, each on a thread of its own, and start to show."""
        self._screen.start()
        self._lamp.start()
        self._thread.start()

    def changed(self) -> None:
        """Light the tally by the new state, and have the screen show it soon. Any thread; never waits."""
        self._changed.set()
        # Whoever holds it looks once more, since something has changed.
        if self._lighting.acquire(blocking=False):
            try:
                self._light()
            finally:
                self._lighting.release()

    def stop(self) -> None:
        """Go dark."""
        self._stopping = True
        self._changed.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._lamp.stop()
        self._screen.stop()

    def _run(self) -> None:
        while not self._stopping:
            self._changed.clear()
            state, now_ns = self._state(), time.monotonic_ns()
            self._show(state, now_ns)
            self._shown()
            next_ns = next_view_change_ns(state, now_ns)
            rest_ns = _LONGEST_REST_NS if next_ns is None else next_ns - time.monotonic_ns()
            rest_ns = min(max(rest_ns, 0), _LONGEST_REST_NS)
            self._changed.wait(rest_ns / _NS_PER_SECOND)

    def _light(self) -> None:
        """Light the tally by the newest state. Holding the lock: an older one must not come after it."""
        state = self._state()
        brightness = tally_brightness(state)
        if brightness != self._tally_brightness:
            self._tally_brightness = brightness
            self._lamp.set_brightness(brightness)
        tally = tally_view(state, time.monotonic_ns())
        if tally != self._tally:
            self._tally = tally
            self._lamp.set(tally.light, tally.first_beat_ns, tally.beat_length_ns)

    def _show(self, state: State, now_ns: int) -> None:
        with self._lighting:
            self._light()
        # Before the picture that it belongs to: the screen takes both at once.
        brightness = screen_brightness(state, now_ns)
        if brightness != self._screen_brightness:
            self._screen_brightness = brightness
            self._screen.set_brightness(brightness)
        minute = now_ns // _NS_PER_MINUTE
        view = screen_view(state, now_ns)
        if (view, minute) != self._view:
            self._view = (view, minute)
            self.image = draw(view)
            self._screen.show(shift_for_burn_in(self.image, minute))
