"""A picture of a session's report, as Chromium shows it on a screen. For scripts/pictures."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

# The browser that the tests look at the report with.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from made_up_day import write_day
from PIL import Image
from tests.export.report.browser import CHROMIUM, picture

from countoff.export.report.page import report_page
from countoff.export.session_reading import read_session

_WIDTH_PX = 880
_HEIGHT_PX = 1648
_MADE = datetime(2026, 11, 22, 13, 40, tzinfo=UTC)
_COLOURS = 96


def report_picture(place: Path) -> bool:
    """Save a picture of the made-up day's report; return False where there is no Chromium."""
    if CHROMIUM is None:
        return False
    with tempfile.TemporaryDirectory(prefix="countoff-report-") as folder:
        log = write_day(Path(folder) / "log")
        page, large = Path(folder) / "report.html", Path(folder) / "large.png"
        page.write_text(report_page(read_session(log), _MADE, UTC), encoding="utf-8")
        picture(page, large, _WIDTH_PX, _HEIGHT_PX, is_dark=False)
        with Image.open(large) as image:
            few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
            few.save(place, optimize=True)
    return True
