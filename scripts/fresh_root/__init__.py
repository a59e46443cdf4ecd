"""What `scripts/try_install` does: a bare Debian in a folder, and the installer at work in it."""
