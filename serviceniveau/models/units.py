"""Units of extent and how they convert. Only units of the same dimension convert, and never silently."""

from decimal import Decimal

from django.db import models

WEEKS_PER_MONTH = Decimal(52) / 12


class MeasurementUnit(models.TextChoices):
    HOURS_DAY = "timer/dag", "timer pr. dag"
    HOURS_WEEK = "timer/uge", "timer pr. uge"
    HOURS_FORTNIGHT = "timer/2 uger", "timer pr. 2 uger"
    HOURS_MONTH = "timer/måned", "timer pr. måned"
    HOURS_HALF_YEAR = "timer/6 måneder", "timer pr. 6 måneder"
    HOURS_YEAR = "timer/år", "timer pr. år"
    MINUTES_DAY = "minutter/dag", "minutter pr. dag"
    MINUTES_WEEK = "minutter/uge", "minutter pr. uge"
    MINUTES_MONTH = "minutter/måned", "minutter pr. måned"
    TIMES_DAY = "gange/dag", "gange pr. dag"
    TIMES_WEEK = "gange/uge", "gange pr. uge"
    TIMES_FORTNIGHT = "gange/2 uger", "gange pr. 2 uger"
    TIMES_MONTH = "gange/måned", "gange pr. måned"
    TIMES_YEAR = "gange/år", "gange pr. år"
    NIGHTS_WEEK = "døgn/uge", "døgn pr. uge"
    NIGHTS_MONTH = "døgn/måned", "døgn pr. måned"
    NIGHTS_YEAR = "døgn/år", "døgn pr. år"
    DAYS_WEEK = "dage/uge", "dage pr. uge"
    DAYS_MONTH = "dage/måned", "dage pr. måned"
    DAYS_YEAR = "dage/år", "dage pr. år"
    MEALS_WEEK = "måltider/uge", "måltider pr. uge"
    MEALS_MONTH = "måltider/måned", "måltider pr. måned"
    TRIPS_MONTH = "ture/måned", "ture pr. måned"
    TRIPS_YEAR = "ture/år", "ture pr. år"
    KRONER_DAY = "kr./dag", "kr. pr. dag"
    KRONER_WEEK = "kr./uge", "kr. pr. uge"
    KRONER_MONTH = "kr./måned", "kr. pr. måned"
    KRONER_YEAR = "kr./år", "kr. pr. år"
    KRONER = "kr.", "kr. (engangsbeløb)"
    KILOS_TIME = "kg/gang", "kg pr. gang"
    KILOS_WEEK = "kg/uge", "kg pr. uge"
    KILOS_FORTNIGHT = "kg/2 uger", "kg pr. 2 uger"
    PIECES = "stk.", "stk."
    PATHWAY = "forløb", "forløb"
    HOURS = "timer", "timer i alt"
    NIGHTS = "døgn", "døgn i alt"
    DAYS = "dage", "dage (varighed)"
    WEEKS = "uger", "uger (varighed)"
    MONTHS = "måneder", "måneder (varighed)"
    YEARS = "år", "år (varighed)"
    SQUARE_METRES = "m2", "m²"
    PERCENT = "procent", "procent"
    VUM_LEVEL = "VUM-niveau", "VUM-niveau"
    FSIII_LEVEL = "FSIII-niveau", "FSIII-niveau"

    @property
    def dimension(self) -> str:
        return SCALE[self][0]

    @property
    def is_time(self) -> bool:
        return self.dimension in ("timer pr. uge", "timer i alt")


def _periodic(word: str, factor: Decimal, dimension: str) -> dict[str, tuple[str, Decimal]]:
    weeks = {"dag": Decimal(1) / 7, "uge": Decimal(1), "2 uger": Decimal(2), "måned": WEEKS_PER_MONTH}
    weeks |= {"6 måneder": Decimal(26), "år": Decimal(52)}
    return {f"{word}/{period}": (f"{dimension} pr. uge", factor / length) for period, length in weeks.items()}


_RECURRING = (
    _periodic("timer", Decimal(1), "timer")
    | _periodic("minutter", Decimal(1) / 60, "timer")
    | _periodic("gange", Decimal(1), "gange")
    | _periodic("døgn", Decimal(1), "døgn")
    | _periodic("dage", Decimal(1), "dage")
    | _periodic("måltider", Decimal(1), "måltider")
    | _periodic("ture", Decimal(1), "ture")
    | _periodic("kr.", Decimal(1), "kroner")
    | _periodic("kg", Decimal(1), "kilo")
)
_DURATIONS = {
    "dage": ("varighed", Decimal(12) / 365),
    "uger": ("varighed", Decimal(12) / 52),
    "måneder": ("varighed", Decimal(1)),
    "år": ("varighed", Decimal(12)),
}
_ALONE = {"timer": ("timer i alt", Decimal(1))}

# unit -> (dimension, factor to the dimension's base: per week, or months of duration)
SCALE: dict[str, tuple[str, Decimal]] = {
    unit.value: (_RECURRING | _DURATIONS | _ALONE).get(unit.value, (unit.value, Decimal(1)))
    for unit in MeasurementUnit
}


def convert(amount: Decimal, unit: str, to: str) -> Decimal | None:
    """The amount in another unit, rounded to the hundredth; None where the two do not convert."""
    (dimension, factor), (wanted, base) = SCALE[unit], SCALE[to]
    if dimension != wanted:
        return None
    return (amount * factor / base).quantize(Decimal("0.01"))


class PriceUnit(models.TextChoices):
    HOUR = "kr./time", "kr. pr. time"
    TIME = "kr./gang", "kr. pr. gang"
    DAY = "kr./dag", "kr. pr. dag eller døgn"
    WEEK = "kr./uge", "kr. pr. uge"
    MONTH = "kr./måned", "kr. pr. måned"
    YEAR = "kr./år", "kr. pr. år"
    ONCE = "kr.", "kr. i alt (engangsbeløb)"
