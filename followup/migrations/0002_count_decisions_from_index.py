from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0001_months"),
        ("roles", "0003_danish_order"),
        ("serviceniveau", "0003_danish_order"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="monthlyfact",
            index=models.Index(
                condition=models.Q(("standard__isnull", False)),
                fields=["unit", "month", "revision"],
                include=("standard", "intervention", "kind", "relation", "reason", "n"),
                name="fact_counts",
            ),
        ),
    ]
