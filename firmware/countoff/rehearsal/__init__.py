"""Rehearsing a whole session from a small text script, on the simulated unit, in virtual time.

`script` says what can be written; `virtual_unit` plays it; `expectations` judges what came of it.
"""
