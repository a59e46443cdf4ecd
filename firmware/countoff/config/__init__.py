"""The configuration: one TOML file, checked as a whole, with a sentence for every fault in it."""

from __future__ import annotations

from countoff.config.load import Loaded, load
from countoff.config.model import Config
from countoff.config.problems import Problem

__all__ = ["Config", "Loaded", "Problem", "load"]
