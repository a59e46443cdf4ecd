"""MIDI as pure bytes: what is sent to a DAW, what it answers, and how its ports are called."""
