"""The campaign bot: message packs in, posts from official accounts out, each of them once."""

__version__ = "0.1.0"
