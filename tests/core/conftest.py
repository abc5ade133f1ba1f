"""Settings of the property tests: nothing is timed, and nothing is written beside the checkout."""

from hypothesis import settings

settings.register_profile("core", deadline=None, max_examples=40, database=None)
settings.load_profile("core")
