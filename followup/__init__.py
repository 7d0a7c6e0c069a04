"""Registrations become monthly facts, facts become signals, signals and figures reach people.

Owns: MonthlyRun, MonthlyFact, MonthlyStock, MonthlyReport, PublishedFigure, Drift, DriftSignal,
SignalNote, DetectorSettings.
Imports: serviceniveau, roles.
"""
