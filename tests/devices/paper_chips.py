"""lgpio's programming interface, as far as gpiozero uses it for pedals, over chips of paper."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Chips(ModuleType):
    """lgpio's programming interface over chips of paper: each has a label, and lines to ground."""

    BOTH_EDGES, RISING_EDGE, FALLING_EDGE = 3, 1, 2
    SET_PULL_NONE, SET_PULL_UP, SET_PULL_DOWN = 128, 32, 64

    class error(Exception):  # noqa: N801, N818 - lgpio's own name for it
        """What lgpio raises."""

    def __init__(self, labels: Mapping[int, str], forbidden: frozenset[int] = frozenset()) -> None:
        super().__init__("lgpio")
        self._labels = labels
        self._forbidden = forbidden
        self.open: list[int] = []
        self.claimed: list[tuple[int, int]] = []
        self.heard: dict[tuple[int, int], Callable[[int, int, int, int], None]] = {}

    def gpiochip_open(self, chip: int) -> int:
        """Open a chip; its handle carries its number."""
        if chip not in self._labels or chip in self._forbidden:
            raise self.error("can not open gpiochip")
        self.open.append(chip)
        return chip << 16

    def gpiochip_close(self, handle: int) -> None:
        """Close it."""
        self.open.remove(handle >> 16)

    def gpio_get_chip_info(self, handle: int) -> list[Any]:
        """Return status, lines, name and label."""
        return [0, 54, f"gpiochip{handle >> 16}", self._labels[handle >> 16]]

    def gpio_claim_input(self, handle: int, gpio: int, _flags: int = 0) -> None:
        """Take a line."""
        self.claimed.append((handle >> 16, gpio))

    def gpio_claim_output(self, _handle: int, _gpio: int) -> None:
        """Nobody may drive a pedal's line."""
        raise self.error("a pedal pulls this line to ground")

    def gpio_claim_alert(self, handle: int, gpio: int, _edges: int, _flags: int) -> None:
        """Take a line for its edges."""
        self.claimed.append((handle >> 16, gpio))

    def gpio_free(self, _handle: int, _gpio: int) -> None:
        """Let go of a line."""

    def gpio_get_mode(self, _handle: int, _gpio: int) -> int:
        """Return a line's flags: an input that is pulled up."""
        return 32

    def gpio_read(self, _handle: int, _gpio: int) -> int:
        """Return a line's level: nobody is on the pedal."""
        return 1

    def gpio_set_debounce_micros(self, _handle: int, _gpio: int, micros: int) -> None:
        """Nobody may ask for it: it loses presses."""
        assert micros == 0

    def callback(
        self, handle: int, gpio: int, _edges: int, heard: Callable[[int, int, int, int], None]
    ) -> Any:
        """Have a line's edges heard."""
        self.heard[handle >> 16, gpio] = heard
        return self

    def cancel(self) -> None:
        """Hear no more edges; of whichever line."""
