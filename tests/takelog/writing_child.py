"""A daemon's writer in a process of its own, to be killed: it says what was reported saved."""

from __future__ import annotations

import itertools
import sys
from fractions import Fraction
from pathlib import Path

from countoff.core.entries import IncidentHappened, SessionStarted, TakePosition, TakeStarted
from countoff.core.song import BUILT_IN_SONG
from countoff.takelog.reports import LogReport, LogSaved
from countoff.takelog.stamps import SystemStamps
from countoff.takelog.writer import TakeLogWriter


def main() -> None:
    """Write for ever: a session, a take, then by turns an incident and a position."""
    folder, run = Path(sys.argv[1]), sys.argv[2]

    def tell(report: LogReport) -> None:
        print(report.count if isinstance(report, LogSaved) else report, flush=True)

    writer = TakeLogWriter(folder, SystemStamps.read(), tell)
    writer.start()
    session_id, take_id = f"{run}-session", f"{run}-take"
    writer.submit(SessionStarted(session_id, 1))
    writer.submit(
        TakeStarted(
            id=take_id,
            session_id=session_id,
            song="Harbour",
            number=int(run),
            tempo="120",
            meter="4/4",
            chart=BUILT_IN_SONG,
            tempo_ratio=Fraction(1),
            is_looped=False,
            click_level_db=0,
            sample_rate_hz=48_000,
            epoch=1,
            first_click_frame=0,
            bar1_frame=0,
            at_ns=2,
            first_click_ns=3,
            bar1_ns=4,
        )
    )
    for number in itertools.count(1):
        incident = IncidentHappened(
            f"{run}-{number}", number, take_id, "underrun", "lost", None, None, None, None
        )
        writer.submit(incident)
        writer.submit(TakePosition(take_id, number, 1, number, number, 1))
        if writer.submitted_count - writer.saved_count > 50:
            writer.wait_saved(30.0)


main()
