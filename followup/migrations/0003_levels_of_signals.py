from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0002_count_decisions_from_index")]

    operations = [
        migrations.RenameField("driftsignal", "share_low", "low"),
        migrations.RenameField("driftsignal", "share_high", "high"),
    ]
