"""What scripts/try_on_virtual_pi is made of: one side runs on the host, one in the virtual Pi."""
