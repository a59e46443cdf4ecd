"""Songs from other programs' files: one file a format. Used by commands, never near real time."""
