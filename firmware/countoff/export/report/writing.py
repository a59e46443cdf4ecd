"""The report as a format of `countoff export`: of a whole session, or of some of its songs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from countoff.export.report.page import report_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from countoff.export.content import Content


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the page of a session that was read, in this machine's zone; it can say all there is."""
    if content.read is None:
        message = "A report is of a session: before tracking there is none."
        raise ValueError(message)
    read = replace(content.read, songs=content.songs)
    file.write(report_page(read, datetime.now(UTC)).encode())
    return ()
