"""The reports' rooms are the take log's."""

from __future__ import annotations

from tests.takelog.conftest import room

__all__ = ["room"]
