import random
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from roles.models.cpr import find_cpr, has_cpr_sql, refuse_cpr

HOLDS = [
    "0101901234",
    "010190-1234",
    "010190 1234",
    "010190 - 1234",
    "010190\u20131234",
    "010190\u00a01234",
    "Borgeren (290296-1234) ønsker",
    "cpr:3112991234.",
    "cpr3112991234",
    "sag 2026-010190-1234",
    "290200-0001",
    "\n010190-1234\n",
    "010190.1234",
    "010190/1234",
    "\uff10\uff11\uff10\uff11\uff19\uff10-\uff11\uff12\uff13\uff14",
]
HOLDS_NOT = [
    "",
    "3101",
    "+45 20 10 12 34",
    "20101234",
    "+4520101234",
    "12 34 56 78",
    "4530101234",
    "5790000123456",
    "5798 0000 12345",
    "27.18.02-G01-1-19",
    "1.012.901.234",
    "0101901234,50",
    "320190-1234",
    "011390-1234",
    "290295-1234",
    "310490-1234",
    "00010190-1234",
    "010190-12345",
    "01-01-1990",
    "2026-09-14",
    "Mødet 010126. 1430 deltog",
    "20101234 20105678",
    "72a2a2d4-5a83-4093-ba1c-010190123412",
    "ab010190-4743-4093-ba1c-7f759c132801",
]


@pytest.mark.parametrize("text", HOLDS)
def test_cpr_is_found(text):
    assert find_cpr(text)

    with pytest.raises(ValidationError):
        refuse_cpr(text)


@pytest.mark.parametrize("text", HOLDS_NOT)
def test_other_numbers_are_let_through(text):
    assert find_cpr(text) is None

    refuse_cpr(text)


def test_every_date_of_a_century_is_found():
    days = [date(1936, 1, 1) + timedelta(days=n) for n in range(36_525)]

    missed = [day for day in days if not find_cpr(f"{day:%d%m%y}-{random.randrange(10_000):04}")]

    assert missed == []


@pytest.mark.django_db
def test_the_database_judges_as_python_does():
    draw = random.Random(7)
    numbers = [
        f"{draw.randrange(10**6):06}{draw.choice(['', '-', ' ', ' - '])}{draw.randrange(10**4):04}"
        for _ in range(3000)
    ]
    within = [f"{draw.choice('a1 ,.')}{number}{draw.choice('b2 ,.')}" for number in numbers]
    texts = HOLDS + HOLDS_NOT + numbers + within

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE written (n serial, content text)")
        cursor.executemany("INSERT INTO written (content) VALUES (%s)", [(text,) for text in texts])
        cursor.execute(f"SELECT {has_cpr_sql('content')} FROM written ORDER BY n")
        by_database = [row[0] for row in cursor.fetchall()]

    assert by_database == [find_cpr(text) is not None for text in texts]
