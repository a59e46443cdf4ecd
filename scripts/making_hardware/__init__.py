"""What the hardware folder is made from, and how; for scripts/make_hardware."""
