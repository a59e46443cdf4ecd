"""The sender: bytes at their host time. A process of its own; knows nothing of what they mean."""
