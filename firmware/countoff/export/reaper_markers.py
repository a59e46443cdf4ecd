"""Markers and regions for REAPER's Region/Marker Manager, as CSV. Pure.

Takes and sections are regions, flags and incidents markers. REAPER numbers the two apart, and reads times in
the unit that its ruler shows.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from countoff.export.audacity_labels import seconds_text
from countoff.export.marks import marks_of, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from countoff.export.content import Content


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the table."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(("#", "Name", "Start", "End", "Length"))
    rate_hz = content.timeline.rate_hz
    markers = regions = 0
    for mark in marks_of(content.timeline):
        start, name = seconds_text(mark.start_frame, rate_hz), one_line(mark.text)
        if mark.end_frame is None:
            markers += 1
            table.writerow((f"M{markers}", name, start, "", ""))
            continue
        regions += 1
        end = seconds_text(mark.end_frame, rate_hz)
        length = seconds_text(mark.end_frame - mark.start_frame, rate_hz)
        table.writerow((f"R{regions}", name, start, end, length))
    file.write(text.getvalue().encode())
    return (
        "Times are in seconds: before the import set REAPER's ruler to Seconds.",
        "Markers do not hold tempo and meters: for those, export midi too.",
    )
