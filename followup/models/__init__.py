from followup.models.months import MonthlyFact, MonthlyReport, MonthlyRun, MonthlyStock, PublishedFigure
from followup.models.signals import (
    DetectorSettings,
    Direction,
    Drift,
    DriftSignal,
    MeasureCode,
    SignalNote,
)

__all__ = [
    "DetectorSettings",
    "Direction",
    "Drift",
    "DriftSignal",
    "MeasureCode",
    "MonthlyFact",
    "MonthlyReport",
    "MonthlyRun",
    "MonthlyStock",
    "PublishedFigure",
    "SignalNote",
]
