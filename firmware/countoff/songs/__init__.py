"""Songs as people write them: TOML files in, TOML files out, set lists, and the folder's watch."""
