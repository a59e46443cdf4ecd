"""What can be wrong with a DAW, switched on and off at any moment. A plain value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Faults:
    """All is well by default."""

    is_deaf: bool = False
    """It hears nothing; what it says it says on."""
    refuses: bool = False
    """It does not record: it rolls without, as where no track is armed."""
    late_ns: int = 0
    """Everything it says leaves so much later."""
    flood_hz: int = 0
    """It says so many things a second that are nothing to us: meters, faders, lights of others."""
