"""All measures. One more is one more entry in the file of its family, and its code in `MeasureCode`."""

from followup.models import MeasureCode
from followup.queries.measures.counts import COUNTS
from followup.queries.measures.means import MEANS
from followup.queries.measures.measure import Measure
from followup.queries.measures.shares import PER_INTERVENTION, PER_STANDARD

MEASURES: dict[MeasureCode, Measure] = {
    measure.code: measure for measure in (*PER_STANDARD, *MEANS, *PER_INTERVENTION, *COUNTS)
}
