"""The report in headless Chromium: nothing hangs out of a telephone or of a sheet of paper, nothing complains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.export.report.browser import CHROMIUM, as_printed, lay_out
from tests.export.report.nasty_day import write_nasty_day

from countoff.export.report.command import report_of

if TYPE_CHECKING:
    from pathlib import Path

PHONE_PX = 360
# What a sheet has between the report's own margins of 14 mm: A4 182 mm, Letter 188 mm.
A4_PX = 688


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_nothing_hangs_out_of_the_page(tmp_path: Path) -> None:
    """Names of 200 characters, 17 takes and 16 sections fit a telephone's width and A4's, without a word."""
    write_nasty_day(tmp_path)
    page = report_of(tmp_path).decode()
    laid, complaints = lay_out([(page, PHONE_PX), (as_printed(page), A4_PX)])

    assert [(each.page_px, each.sticking_out) for each in laid] == [(PHONE_PX, ()), (A4_PX, ())]
    assert complaints == []
