from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0003_danish_order"),
        ("serviceniveau", "0003_danish_order"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("status", "afgjort")),
                fields=["month"],
                include=("edition",),
                name="registration_month_edition",
            ),
        ),
    ]
