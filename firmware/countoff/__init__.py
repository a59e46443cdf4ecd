"""Countoff: the studio session controller of the live room."""

from __future__ import annotations

__version__ = "0.1.0"
