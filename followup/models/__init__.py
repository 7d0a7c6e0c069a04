from followup.models.months import MonthlyFact, MonthlyReport, MonthlyRun, MonthlyStock, PublishedFigure
from followup.models.signals import DriftSignal, MeasureCode

__all__ = [
    "DriftSignal",
    "MeasureCode",
    "MonthlyFact",
    "MonthlyReport",
    "MonthlyRun",
    "MonthlyStock",
    "PublishedFigure",
]
