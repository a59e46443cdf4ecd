"""DAWs: what each is like, what is said to it in its dialect, and what it says."""
