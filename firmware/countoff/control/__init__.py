"""The control socket: streams the state, takes the same actions as the pedals."""
