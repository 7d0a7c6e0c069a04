"""Time is no property of the statistics: on a busy machine the first example may take long."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
