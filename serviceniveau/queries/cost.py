"""What a decision costs in a year: its price times how often the price is paid."""

from decimal import ROUND_HALF_UP, Decimal

from serviceniveau.models import SCALE, MeasurementUnit, PriceUnit

WEEKS_PER_YEAR = 52
DAYS_PER_YEAR = 365
# A price for an hour, a time or a day needs an extent that counts hours, times or days.
COUNTED: dict[PriceUnit, tuple[str, ...]] = {
    PriceUnit.HOUR: ("timer pr. uge",),
    PriceUnit.TIME: ("gange pr. uge", "ture pr. uge", "måltider pr. uge"),
    PriceUnit.DAY: ("dage pr. uge", "døgn pr. uge"),
}
# A granted total is paid once for each of what it counts.
COUNTED_IN_ALL = {
    (MeasurementUnit.HOURS, PriceUnit.HOUR),
    (MeasurementUnit.PIECES, PriceUnit.TIME),
    (MeasurementUnit.NIGHTS, PriceUnit.DAY),
    (MeasurementUnit.DAYS, PriceUnit.DAY),
}
# These prices cover the whole intervention, whatever its extent.
WHOLE = {PriceUnit.WEEK: WEEKS_PER_YEAR, PriceUnit.MONTH: 12, PriceUnit.YEAR: 1, PriceUnit.ONCE: 1}


def _per_year(unit: str) -> Decimal:
    return (SCALE[unit][1] * WEEKS_PER_YEAR).quantize(Decimal("0.0000000001")).normalize()


def _factors() -> dict[tuple[str, str], Decimal]:
    found = {(unit.value, price.value): Decimal(1) for unit, price in COUNTED_IN_ALL}
    for price, dimensions in COUNTED.items():
        units = (unit for unit, (dimension, _) in SCALE.items() if dimension in dimensions)
        found |= {(unit, price.value): _per_year(unit) for unit in units}
    return found


# (unit of the extent, unit of the price) -> times amount and price
FACTORS = _factors()
# An extent in kroner is itself the cost.
MONEY = {unit: _per_year(unit) for unit, (dimension, _) in SCALE.items() if dimension == "kroner pr. uge"} | {
    MeasurementUnit.KRONER.value: Decimal(1)
}


def yearly_cost(amount: Decimal | None, unit: str, price: Decimal | None, price_unit: str) -> Decimal | None:
    """Kroner a year to the øre; None where price and extent do not fit together."""
    cost = _unrounded(amount, unit, price, price_unit)
    return None if cost is None else cost.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _unrounded(amount: Decimal | None, unit: str, price: Decimal | None, price_unit: str) -> Decimal | None:
    if price is None:
        return amount * MONEY[unit] if amount is not None and unit in MONEY else None
    if price_unit in WHOLE:
        return price * WHOLE[PriceUnit(price_unit)]
    if amount is not None and (unit, price_unit) in FACTORS:
        return price * amount * FACTORS[unit, price_unit]
    if amount is None and price_unit == PriceUnit.DAY:
        return price * DAYS_PER_YEAR
    return None


def yearly_cost_sql(source: str) -> str:
    """The same for the rows of a table that has the columns of Registration; `source` is its alias."""
    whole = "".join(f" WHEN '{unit.value}' THEN {times}" for unit, times in WHOLE.items())
    money = "".join(f" WHEN '{unit}' THEN {factor:f}" for unit, factor in MONEY.items())
    counted = "".join(
        f" WHEN {source}.amount_unit = '{unit}' AND {source}.price_unit = '{price}' THEN {factor:f}"
        for (unit, price), factor in FACTORS.items()
    )
    return f"""round(CASE
        WHEN {source}.price_dkk IS NULL THEN {source}.amount * CASE {source}.amount_unit{money} END
        WHEN {source}.price_unit IN ({", ".join(f"'{unit.value}'" for unit in WHOLE)})
            THEN {source}.price_dkk * CASE {source}.price_unit{whole} END
        WHEN {source}.amount IS NOT NULL THEN {source}.price_dkk * {source}.amount * CASE{counted} END
        WHEN {source}.price_unit = '{PriceUnit.DAY.value}' THEN {source}.price_dkk * {DAYS_PER_YEAR}
    END, 2)"""
