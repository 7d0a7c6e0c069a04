from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0004_drifts"),
    ]

    operations = [
        migrations.AddField(
            model_name="signalnote",
            name="standing_in",
            field=models.TextField(blank=True, verbose_name="som stedfortræder for"),
        ),
    ]
