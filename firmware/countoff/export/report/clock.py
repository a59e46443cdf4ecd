"""A session's moments as the studio's clock has them. Pure.

The log counts from the session's beginning; only its beginning has a wall time, so that no moment can be
before one that was earlier, whatever the clock was set to meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countoff.takelog.session_day import SessionDay

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class StudioClock:
    """When the session began, in the studio's zone (None for that of this machine)."""

    began: datetime
    zone: tzinfo | None

    @classmethod
    def of(cls, session: SessionDay, zone: tzinfo | None) -> StudioClock:
        """Return the clock of a session: by its corrected beginning, where there is one."""
        label = session.corrected_utc or session.started_utc
        return cls(datetime.fromisoformat(label), zone)

    def at(self, seconds: float) -> datetime:
        """Return the wall time so many seconds after the session's beginning."""
        return (self.began + timedelta(seconds=seconds)).astimezone(self.zone)

    def time(self, seconds: float) -> str:
        """Return it as people read a clock: 14:03."""
        return f"{self.at(seconds):%H:%M}"


def day_words(moment: datetime) -> str:
    """Return a day as a letter has it: Sunday 22 November 2026."""
    weekday, month = _WEEKDAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{weekday} {moment.day} {month} {moment.year}"


def zone_words(moment: datetime) -> str:
    """Return a moment's zone: UTC, CET (UTC+01:00)."""
    offset, name = f"UTC{moment:%z}", moment.tzname() or ""
    offset = f"{offset[:-2]}:{offset[-2:]}"
    if not moment.utcoffset():
        return "UTC"
    return f"{name} ({offset})" if name.isalpha() else offset
