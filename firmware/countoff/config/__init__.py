"""The configuration: one TOML file, checked as a whole, with a sentence for every fault in it."""
