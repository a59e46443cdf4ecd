from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.daw.profile import Dialect, Said
from countoff.daw.speaking import Address, messages_for, rate_of
from countoff.midi.timecode import Rate


def test_record_and_stop() -> None:
    """Over MMC record is one strobe; what stops it can leave record first."""
    address = Address(device_id=5)
    said = [
        messages_for(word, Dialect.MMC, address)
        for word in (Said.RECORD, Said.RECORD_EXIT, Said.STOP, Said.PLAY)
    ]
    assert said == [
        (bytes.fromhex("F07F050606F7"),),
        (bytes.fromhex("F07F050607F7"),),
        (bytes.fromhex("F07F050601F7"),),
        (bytes.fromhex("F07F050602F7"),),
    ]


@pytest.mark.parametrize(
    ("configured", "bytes_of_hour_1"),
    [(24, "01 00 00 00"), (25, "21 00 00 00"), ("30df", "41 00 00 00"), (30, "61 00 00 00")],
)
def test_locate_in_the_daws_rate(configured: int | str, bytes_of_hour_1: str) -> None:
    """Locate carries the configured rate in the hour's upper bits."""
    address = Address(rate=rate_of(configured))
    (message,) = messages_for(Said.LOCATE, Dialect.MMC, address, 3600)
    assert message == bytes.fromhex(f"F0 7F 7F 06 44 06 01 {bytes_of_hour_1} 00 F7")


@given(locate_s=st.integers(0, 48 * 3600), rate=st.sampled_from(Rate))
def test_no_hour_that_daws_misread(locate_s: int, rate: Rate) -> None:
    """Hour 16 and later, which some DAWs take for hour 0, is never sent."""
    messages = messages_for(Said.LOCATE, Dialect.MMC, Address(rate=rate), locate_s)
    assert len(messages) == (locate_s < 16 * 3600)
    for message in messages:
        assert message[7] & 0x1F == locate_s // 3600
        assert not message[7] & 0x10


def test_unknown_rate() -> None:
    """A rate that is no time code is refused in a sentence with those that are."""
    with pytest.raises(ValueError, match=r'29.97 frames a second .* 24, 25, 30 and "30df"'):
        rate_of("29.97")


@pytest.mark.parametrize("dialect", [Dialect.REALTIME, Dialect.MTC, Dialect.OSC, Dialect.NONE])
@pytest.mark.parametrize("said", Said)
def test_what_only_listens_says_nothing(dialect: Dialect, said: Said) -> None:
    """A DAW that its clock moves, and what is heard only, has no bytes for any command."""
    assert messages_for(said, dialect, Address(), 60) == ()
