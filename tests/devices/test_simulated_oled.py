from __future__ import annotations

from countoff.core.screen.gallery import GALLERY
from countoff.core.screen.pages import draw
from countoff.devices.simulated import SimulatedOled


def test_keeps_the_last_picture_and_counts_changes() -> None:
    """The simulated screen holds the newest picture, counts what differed, and goes dark."""
    screen = SimulatedOled()
    screen.start()
    assert screen.image is None
    screen.show(draw(GALLERY["idle"]))
    screen.show(draw(GALLERY["idle"]))
    screen.show(draw(GALLERY["rolling"]))
    assert screen.shown_count == 2
    assert screen.image is not None
    assert screen.image.tobytes() == draw(GALLERY["rolling"]).tobytes()
    screen.stop()
    assert screen.image is None
