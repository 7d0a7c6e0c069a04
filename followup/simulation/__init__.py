"""A made-up municipality: who works there, what was applied for, decided and registered, month by month.

Pure numpy: no Django, no clock, no database. The same plan gives the same files, to the byte.
Nobody in it exists.
"""

from followup.simulation.drifts import Drift
from followup.simulation.files import write_files
from followup.simulation.municipality import Municipality, simulate
from followup.simulation.plan import PROFILES, Plan, Profile

__all__ = ["PROFILES", "Drift", "Municipality", "Plan", "Profile", "simulate", "write_files"]
