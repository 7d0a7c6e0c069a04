"""Registrations become monthly facts, facts become signals, signals and figures reach people.

Owns: MonthlyRun, MonthlyFact, MonthlyStock, DriftSignal, MonthlyReport, PublishedFigure.
Imports: serviceniveau, roles.
"""
