"""Lit lenses and chrome caps as rows of coloured dots. Pure.

A dot is half a character: two of them, one above the other, are the upper half block in one colour
on another.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from countoff.panel import paint

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = tuple[tuple[str, ...], ...]

# A lens: how much of the light reaches its rim, and how the rest falls on the face around it.
_RIM_SHARE: Final = 0.5
_HALO_SHARE: Final = 0.38
_HALO_REACH: Final = 1.5
_BEZEL_DOTS: Final = 1.0
# A cap: the light of the room comes from the upper left.
_ROOM_LIGHT: Final = (-0.5, -0.75)
_CAP_SHARE: Final = 0.68
_DOWN_SHARE: Final = 0.6


@lru_cache(maxsize=64)
def lens(width: int, height: int, colour: str, level: float) -> Rows:
    """Return a pill-shaped lens lit in `colour` at `level` (0 dark, 1 full)."""
    half_height = height / 2 - 1.5
    straight = max(width / 2 - 2 - half_height, 0.0)

    def dot(x: float, y: float) -> str:
        distance = math.hypot(max(abs(x) - straight, 0.0), y) - half_height
        if distance < 0:
            depth = min(1.0, -distance / half_height)
            # An unlit lens catches a little of the room in its upper part.
            unlit = paint.mixed(paint.DARK_LENS, paint.ROOM_ON_LENS, depth * (0.5 - y / height))
            hot = paint.mixed(colour, paint.HOT, 0.45 * depth * depth * level)
            return paint.mixed(unlit, hot, level * (_RIM_SHARE + (1 - _RIM_SHARE) * depth))
        if distance < _BEZEL_DOTS:
            return paint.mixed(paint.BEZEL, colour, 0.25 * level)
        glow = _HALO_SHARE * math.exp(-(distance - _BEZEL_DOTS) / _HALO_REACH)
        return paint.mixed(paint.FACE, colour, level * glow)

    return _rows(width, height, dot)


@lru_cache(maxsize=16)
def inside_lens(width: int, height: int) -> tuple[tuple[bool, ...], ...]:
    """Tell of each dot whether it lies in the lens of the same size."""
    half_height = height / 2 - 1.5
    straight = max(width / 2 - 2 - half_height, 0.0)
    return tuple(
        tuple(
            math.hypot(max(abs(x + 0.5 - width / 2) - straight, 0.0), y + 0.5 - height / 2)
            < half_height
            for x in range(width)
        )
        for y in range(height)
    )


@lru_cache(maxsize=16)
def cap(width: int, height: int, *, is_down: bool) -> Rows:
    """Return a footswitch seen from above: a chrome cap in its nut, lit around while it is down."""
    radius = min(width, height) / 2 - 1
    cap_radius = radius * (_DOWN_SHARE if is_down else _CAP_SHARE)

    def dot(x: float, y: float) -> str:
        distance = math.hypot(x, y)
        if distance < cap_radius:
            slope = (x * _ROOM_LIGHT[0] + y * _ROOM_LIGHT[1]) / cap_radius
            return paint.mixed(paint.CHROME_SHADE, paint.CHROME, 0.55 + 0.5 * slope)
        if distance < radius:
            if is_down:
                return paint.GLOW
            slope = (x * _ROOM_LIGHT[0] + y * _ROOM_LIGHT[1]) / radius
            return paint.mixed(paint.INK, paint.CHROME_SHADE, 0.45 + 0.5 * slope)
        glow = 0.5 * math.exp(-(distance - radius) / _HALO_REACH) if is_down else 0.0
        return paint.mixed(paint.STEEL, paint.GLOW, glow)

    return _rows(width, height, dot)


def _rows(width: int, height: int, dot: Callable[[float, float], str]) -> Rows:
    """Ask `dot` for the colours at each place, measured from the middle, and smooth them."""
    return tuple(
        tuple(
            paint.average(
                dot(x + across - width / 2, y + along - height / 2)
                for across in (0.25, 0.75)
                for along in (0.25, 0.75)
            )
            for x in range(width)
        )
        for y in range(height)
    )
