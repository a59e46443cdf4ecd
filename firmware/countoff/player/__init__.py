"""The player: plans in, samples out. A process of its own; knows frames, nothing of takes."""
