"""The take log: what happened, on disk within a second, and nothing ever waits for the disk."""
