"""When things of a boot really were, from a moment of it at which the wall clock could be believed.

A session may begin before the clock is right. What was labelled wrongly keeps its label; its wall time is
that of a reading of the same boot, and as much before or after it as host time says. Reads only, on the
connection it is given.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from countoff.takelog.stamps import UNKNOWN_BOOT, Stamp, utc_text

if TYPE_CHECKING:
    import sqlite3


# The reading that is next in time to the moment asked for, before or after it.
_NEAREST = """
    SELECT at_ns, at_utc FROM (
        SELECT * FROM (
            SELECT at_ns, at_utc FROM wall_clock_readings
            WHERE boot_id = ?1 AND at_ns >= ?2 AND clock_synchronised = 1 ORDER BY at_ns LIMIT 1
        )
        UNION ALL
        SELECT * FROM (
            SELECT at_ns, at_utc FROM wall_clock_readings
            WHERE boot_id = ?1 AND at_ns < ?2 AND clock_synchronised = 1 ORDER BY at_ns DESC LIMIT 1
        )
    ) ORDER BY abs(at_ns - ?2) LIMIT 1
"""


class WallTimes:
    """What the wall clock read, boot by boot, as far as a log knows it; lives as long as a question."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._has_readings: dict[str, bool] = {}

    def moment(self, boot_id: str, at_ns: int) -> datetime | None:
        """Return when host time `at_ns` of a boot was; None where nobody knows."""
        if not self._knows(boot_id):
            return None
        found = self._connection.execute(_NEAREST, (boot_id, at_ns)).fetchone()
        read_ns, read_utc = found
        return datetime.fromisoformat(read_utc) + timedelta(microseconds=(at_ns - read_ns) // 1000)

    def correction(self, stamp: Stamp) -> str | None:
        """Return when a stamp was if its label is wrong; None where it is right, or nobody knows."""
        if stamp.clock_synchronised:
            return None
        moment = self.moment(stamp.boot_id, stamp.at_ns)
        return None if moment is None else utc_text(moment)

    def corrected(self, stamp: Stamp) -> Stamp:
        """Return a stamp with its correction, where there is one."""
        correction = self.correction(stamp)
        return stamp if correction is None else replace(stamp, corrected_utc=correction)

    def _knows(self, boot_id: str) -> bool:
        if boot_id not in self._has_readings:
            found = self._connection.execute(
                "SELECT 1 FROM wall_clock_readings WHERE boot_id = ? AND clock_synchronised = 1",
                (boot_id,),
            ).fetchone()
            # What bears no boot's name may be of many.
            self._has_readings[boot_id] = found is not None and boot_id != UNKNOWN_BOOT
        return self._has_readings[boot_id]


def stamp_of(row: sqlite3.Row) -> Stamp:
    """Return the stamp of a row of any table, as it was written."""
    synchronised = bool(row["clock_synchronised"])
    return Stamp(row["at_ns"], row["at_utc"], row["boot_id"], synchronised)


def take_ids_of_day(connection: sqlite3.Connection, day: str) -> list[str]:
    """Return the takes that are labelled with a day, and those whose label may have to be corrected."""
    found = connection.execute(
        "SELECT id FROM takes WHERE at_utc >= ?1 AND at_utc < ?1 || '~'"
        " UNION SELECT id FROM takes WHERE clock_synchronised = 0"
        " AND boot_id IN (SELECT DISTINCT boot_id FROM wall_clock_readings)",
        (day,),
    )
    return [take_id for (take_id,) in found]
