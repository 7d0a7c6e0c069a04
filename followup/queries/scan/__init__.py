"""One month's scan: every series of every measure judged, and the few that have drifted described."""

from followup.queries.scan.findings import Evidence, Finding, Key, Scan
from followup.queries.scan.scanning import scan_month

__all__ = ["Evidence", "Finding", "Key", "Scan", "scan_month"]
