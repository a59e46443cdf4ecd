"""The session rules: what each press, each moment and each mishap does to a take.

`step.step` is the one way in. Everything here is pure: it reads no clock and touches no device.
"""
