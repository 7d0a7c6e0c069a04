"""Charts as SVG text, the same on screen, in print and in the PDF.

Presentation attributes and classes only, so a strict content security policy lets them through.
A ``compact`` chart stays readable in 340 pixels; the wide one needs about 700. Where both may be
needed, draw both and let the style sheet hide one (classes chart-wide and chart-narrow).

Imports: followup.drift, roles.charts.
"""

from followup.charts.axis import SHARES, Axis, counts_axis, means_axis
from followup.charts.bar import Part, parts_bar
from followup.charts.control import chart_headings, chart_rows, control_chart
from followup.charts.lines import share_lines
from followup.charts.months import Adoption
from followup.charts.serial import runs_words
from roles.charts.drawing import month_label, number, percent

__all__ = [
    "SHARES",
    "Adoption",
    "Axis",
    "Part",
    "chart_headings",
    "chart_rows",
    "control_chart",
    "counts_axis",
    "means_axis",
    "month_label",
    "number",
    "parts_bar",
    "percent",
    "runs_words",
    "share_lines",
]
