"""From how bright something looks to the power that it takes. Pure."""

from __future__ import annotations

from typing import Final

# The eye sees ratios: a light at a fifth of its power looks half as bright.
_GAMMA: Final = 2.2


def power_share(brightness: float) -> float:
    """Return the share of full power at which a light looks `brightness` bright, both 0 to 1."""
    return float(brightness**_GAMMA)
