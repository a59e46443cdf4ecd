"""The parts of `try_with_ardour`: a sound server, a display, Ardour, the box, and who judges them."""
