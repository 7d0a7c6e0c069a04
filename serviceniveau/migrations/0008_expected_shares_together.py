import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("serviceniveau", "0007_expected_shares"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="standardversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_above__isnull", True),
                    ("expected_below__isnull", True),
                    (
                        "expected_above__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.Value(1), "-", models.F("expected_below")
                        ),
                    ),
                    _connector="OR",
                ),
                name="version_expected_shares_together",
            ),
        ),
    ]
