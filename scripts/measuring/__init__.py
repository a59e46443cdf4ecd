"""What the measuring scripts share: the load, an audio server of their own, the box, the figures."""
