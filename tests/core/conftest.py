"""What the tests of the core share: properties are judged by what they find, never by how fast."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("core", deadline=None, print_blob=True)
settings.load_profile("core")
