"""Exports: one file a format. Pure where it can be; used by commands, never near real time."""
