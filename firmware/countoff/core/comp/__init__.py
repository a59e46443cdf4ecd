"""The comp: which take gives which section of a song, proposed from flags and choices. Pure."""
