"""A label track for Audacity: start, end and text, with tabs between. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.export.marks import marks_of, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from countoff.export.content import Content


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the labels; a flag's has no length."""
    rate_hz = content.timeline.rate_hz
    for mark in marks_of(content.timeline):
        end_frame = mark.start_frame if mark.end_frame is None else mark.end_frame
        start, end = (seconds_text(frame, rate_hz) for frame in (mark.start_frame, end_frame))
        file.write(f"{start}\t{end}\t{one_line(mark.text)}\n".encode())
    return ("Labels do not hold tempo and meters: for those, export midi too.",)


def seconds_text(frame: int, rate_hz: int) -> str:
    """Return a frame in seconds, to the microsecond: nearer than a sample of any rate."""
    micros = round(Fraction(frame * 1_000_000, rate_hz))
    return f"{micros // 1_000_000}.{micros % 1_000_000:06}"
