"""The musical core: plain functions of their arguments. No clock, thread, file or device."""
