"""The month's scan becomes signals, and signals become drifts that last: the only writer of both."""

from followup.actions.signals.rebuilding import rebuild_signals

__all__ = ["rebuild_signals"]
