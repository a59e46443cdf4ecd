"""What is said of a port by who is at its other end."""

from __future__ import annotations

from countoff.core.events import Part, PartReported, PartState
from countoff.sender.port_state import PortState
from countoff.sender.reports import PeersChanged


def alone(part: Part, *, is_silent: bool) -> PartReported:
    """Return what is said of a port of our own that nobody is connected to."""
    port = PortState(part, is_silent=is_silent)
    port.is_open = True
    port.note_peers(PeersChanged("Countoff:DAW", (), (), (), ()))
    return port.report(5)


def test_a_port_without_a_daw_is_a_warning() -> None:
    """Commands would be heard by nobody."""
    report = alone(Part.DAW, is_silent=False)
    assert report.state is PartState.WARNING
    assert "No DAW is connected to Countoff:DAW" in report.sentence


def test_nobody_is_missed_where_nothing_passes() -> None:
    """The DAW has its start from the clock, or from somebody who sits there."""
    assert alone(Part.DAW, is_silent=True) == PartReported(5, Part.DAW, PartState.OK)
