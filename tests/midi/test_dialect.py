from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.actions import DawCommand
from countoff.midi.dialect import Dialect, messages_for, rate_of
from countoff.midi.timecode import Rate


def test_record_and_stop() -> None:
    """Record is one strobe; stop leaves record first, so that no DAW stays armed."""
    dialect = Dialect(device_id=5)
    assert messages_for(DawCommand.RECORD, 0, dialect) == (bytes.fromhex("F07F050606F7"),)
    assert messages_for(DawCommand.STOP, 0, dialect) == (
        bytes.fromhex("F07F050607F7"),
        bytes.fromhex("F07F050601F7"),
    )


@pytest.mark.parametrize(
    ("configured", "bytes_of_hour_1"),
    [(24, "01 00 00 00"), (25, "21 00 00 00"), ("30df", "41 00 00 00"), (30, "61 00 00 00")],
)
def test_locate_in_the_dialects_rate(configured: int | str, bytes_of_hour_1: str) -> None:
    """Locate carries the configured rate in the hour's upper bits."""
    (message,) = messages_for(DawCommand.LOCATE, 3600, Dialect(rate=rate_of(configured)))
    assert message == bytes.fromhex(f"F0 7F 7F 06 44 06 01 {bytes_of_hour_1} 00 F7")


@given(locate_s=st.integers(0, 48 * 3600), rate=st.sampled_from(Rate))
def test_no_hour_that_daws_misread(locate_s: int, rate: Rate) -> None:
    """Hour 16 and later, which some DAWs take for hour 0, is never sent."""
    messages = messages_for(DawCommand.LOCATE, locate_s, Dialect(rate=rate))
    assert len(messages) == (locate_s < 16 * 3600)
    for message in messages:
        assert message[7] & 0x1F == locate_s // 3600
        assert not message[7] & 0x10


def test_unknown_rate() -> None:
    """A rate that is no time code is refused in a sentence with those that are."""
    with pytest.raises(ValueError, match=r'29.97 frames a second .* 24, 25, 30 and "30df"'):
        rate_of("29.97")
