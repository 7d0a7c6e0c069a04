"""Signals: read, written about, followed down to the decisions behind them, and taken out as files."""

from followup.views.signals.cases import signal_cases
from followup.views.signals.files import signal_export, signal_file
from followup.views.signals.notes import (
    signal_accept,
    signal_action,
    signal_action_done,
    signal_comment,
    signal_explain,
)
from followup.views.signals.reading import signal_detail, signal_list_page, standard_signals

__all__ = [
    "signal_accept",
    "signal_action",
    "signal_action_done",
    "signal_cases",
    "signal_comment",
    "signal_detail",
    "signal_explain",
    "signal_export",
    "signal_file",
    "signal_list_page",
    "standard_signals",
]
