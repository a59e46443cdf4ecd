"""Recordings that a DAW made, matched to the takes of the log. Nothing here writes to a recording.

A folder's files are read (`folder`, `names`, `bext`) and grouped into passes (`passes`). What the log lets one
expect of each take (`takes`) is held against them by length, clock and place (`evidence`, `scales`, `shifts`)
and by order (`aligning`), and what is sure is matched (`matching`, `placing`). `find` does all of it; what
comes out is `values.MatchedRecordings`.
"""
