"""Rehearsing a whole session from a small text script, on the simulated unit, in virtual time.

`script` says what can be written; `playing` plays it on the `virtual_unit`; `expectations` judges what came of it.
"""
