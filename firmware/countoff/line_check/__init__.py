"""The line check: is all that a session needs there, and what to do where it is not."""
