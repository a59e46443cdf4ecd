"""The instruments: what the box really does, measured and told. Nothing here is part of the daemon."""
