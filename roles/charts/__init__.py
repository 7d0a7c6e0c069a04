"""The pieces that every chart is drawn with, and the charts of floor 0. Pure: numbers in, SVG text out.

Presentation attributes and classes only, so a strict content security policy lets them through.
"""

from roles.charts.wheel import Ring, year_wheel

__all__ = ["Ring", "year_wheel"]
