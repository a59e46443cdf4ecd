"""MIDI in and out for commands: connected by name, heard with its moment, never near real time."""
