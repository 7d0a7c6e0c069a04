"""A month's readings of cases: a random sample per unit is drawn once, then judged by the leader."""

from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.timezone import localdate, make_aware, now

from roles.models import User
from serviceniveau.models import ReadSampleItem

PER_UNIT, FROM_OUTSIDE = 10, 5

# A reader sees the same case many times a month: each reader and case counts once, by the reading whose
# digest comes first, and a page that lists many cases is one reading, of one of them. The digest of unit,
# month and reading is the chance, so that anybody can draw the sample again. A caseworker's reading of their
# own case tells nothing and stays out. Readers without a role in the unit on the day come first, up to half
# the sample; the other half is drawn among all that is left. Every reader's first reading comes before
# anybody's second.
DRAW = """
    WITH look AS MATERIALIZED (
        SELECT read.id AS read_id, read.user_id, read.at, item.id AS case_id, item.unit_id
        FROM roles_readlog AS read
        CROSS JOIN LATERAL jsonb_array_elements(read.keys) AS key
        JOIN serviceniveau_case AS item
            ON item.id = CASE jsonb_typeof(key) WHEN 'number' THEN key::bigint END
        WHERE read.subject = 'sag'
            AND read.at >= %(begins)s AND read.at < %(ends)s
            AND item.caseworker_id IS DISTINCT FROM read.user_id
            AND NOT EXISTS (SELECT FROM serviceniveau_readsample AS drawn
                            WHERE drawn.unit_id = item.unit_id AND drawn.month = %(month)s)
    ), pair AS (
        SELECT DISTINCT ON (look.unit_id, look.user_id, look.case_id) look.*,
            md5(concat_ws('/', unit.code, %(month)s, look.read_id, look.case_id)) AS chance
        FROM look JOIN roles_unit AS unit ON unit.id = look.unit_id
        ORDER BY look.unit_id, look.user_id, look.case_id,
            md5(concat_ws('/', unit.code, %(month)s, look.read_id, look.case_id))
    ), reading AS (
        SELECT DISTINCT ON (unit_id, read_id) pair.* FROM pair ORDER BY unit_id, read_id, chance
    ), placed AS (
        SELECT reading.*, NOT EXISTS (
            SELECT FROM roles_roleassignment AS held
            WHERE held.user_id = reading.user_id AND held.unit_id = reading.unit_id
                AND held.valid @> (reading.at AT TIME ZONE 'Europe/Copenhagen')::date
        ) AS is_outside,
            row_number() OVER (PARTITION BY unit_id, user_id ORDER BY chance) AS turn
        FROM reading
    ), ranked AS (
        SELECT placed.*, row_number() OVER (PARTITION BY unit_id, is_outside ORDER BY turn, chance) AS place
        FROM placed
    ), chosen AS (
        SELECT ranked.*, row_number() OVER (
            PARTITION BY unit_id ORDER BY NOT (is_outside AND place <= %(from_outside)s), turn, chance
        ) AS number
        FROM ranked
    ), sample AS (
        INSERT INTO serviceniveau_readsample (unit_id, month, reads, drawn_at)
        SELECT unit_id, %(month)s, count(DISTINCT read_id), now() FROM look GROUP BY unit_id
        ON CONFLICT (unit_id, month) DO NOTHING
        RETURNING id, unit_id
    )
    INSERT INTO serviceniveau_readsampleitem (sample_id, read_id, case_id, finding, note)
    SELECT sample.id, chosen.read_id, chosen.case_id, '', ''
    FROM sample JOIN chosen ON chosen.unit_id = sample.unit_id
    WHERE chosen.number <= %(per_unit)s
    ORDER BY sample.id, chosen.at, chosen.read_id
"""


@transaction.atomic
def draw_read_samples(*, month: date) -> int:
    """Draw the samples of a month that is over; how many readings were chosen. Again: nothing new."""
    first = month.replace(day=1)
    following = first + relativedelta(months=1)
    if following > localdate():
        raise ValidationError("Stikprøven kan først udtrækkes, når måneden er slut.")
    values: dict[str, date | int] = {
        "month": first,
        "begins": make_aware(datetime.combine(first, time())),
        "ends": make_aware(datetime.combine(following, time())),
        "per_unit": PER_UNIT,
        "from_outside": FROM_OUTSIDE,
    }
    with connection.cursor() as cursor:
        cursor.execute(DRAW, values)
        return int(cursor.rowcount)


@transaction.atomic
def check_read(*, item: ReadSampleItem, finding: str, note: str, by: User) -> ReadSampleItem:
    """Judge one reading; a later answer replaces the earlier one, which the history keeps."""
    checked = ReadSampleItem.objects.select_for_update(of=("self",)).select_related("read").get(pk=item.pk)
    if checked.read.user_id == by.pk:
        raise ValidationError("Det er dit eget opslag. En anden leder skal vurdere det.")
    if finding == ReadSampleItem.Finding.ASK and not note:
        raise ValidationError({"note": "Skriv kort, hvad der skal afklares."})
    checked.finding, checked.note = finding, note
    checked.checked_by, checked.checked_at = by, now()
    checked.full_clean()
    checked.save(update_fields=["finding", "note", "checked_by", "checked_at"])
    return checked
