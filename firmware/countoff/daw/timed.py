"""Bytes and the moment that belongs to them. A frozen value, for whoever speaks to a DAW or is one."""

from __future__ import annotations

from typing import NamedTuple


class Timed(NamedTuple):
    """One whole message: to leave, or heard, at host time `at_ns`."""

    at_ns: int
    data: bytes
