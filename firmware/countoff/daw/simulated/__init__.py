"""A DAW to try the box with: a pure model of one, and a program that puts it on real ports."""
