"""Recordings that a DAW made, matched to the takes of the log. Nothing here writes to a recording.

A folder's files are read (`folder`), grouped into passes (`passes`), and the passes are matched to
takes (`matching`). What comes out is `values.MatchedRecordings`.
"""
