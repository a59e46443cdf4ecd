"""The box as a line check sees it: the running one, or one whose parts the check opens itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.config.load import Loaded
    from countoff.line_check.seen import (
        AudioSeen,
        DawSeen,
        LampSeen,
        LoopbackSeen,
        PedalsSeen,
        PortSeen,
        ScreenSeen,
    )


class Box(Protocol):
    """What the checks ask. Each call may block for some seconds, on a thread of the line check's."""

    @property
    def loaded(self) -> Loaded:
        """The configuration that is in force."""
        ...

    @property
    def log_folder(self) -> Path:
        """Where takes are logged."""
        ...

    def audio(self) -> AudioSeen:
        """Return what plays."""
        ...

    def loopback(self) -> LoopbackSeen:
        """Play a few clicks where a cable leads back, and return what came of them."""
        ...

    def daw_port(self) -> PortSeen:
        """Return how the way to the DAW is."""
        ...

    def clock_port(self) -> PortSeen | None:
        """Return how the clock's port is; None where there is none."""
        ...

    def daw(self) -> DawSeen:
        """Ask the DAW for its state, and return what came of it."""
        ...

    def screen(self) -> ScreenSeen:
        """Return how the screen is."""
        ...

    def lamp(self) -> LampSeen:
        """Return how the tally's pin is."""
        ...

    def pedals(self) -> PedalsSeen:
        """Look at the contacts for as long as it takes to tell a foot from what lies there."""
        ...
