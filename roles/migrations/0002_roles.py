from django.db import migrations

ROLES = (
    ("politiker", "Politiker"),
    ("direktion", "Direktion"),
    ("fagledelse", "Fagledelse"),
    ("teamledelse", "Teamledelse"),
    ("sagsbehandler", "Sagsbehandler"),
    ("controller", "Controller"),
    ("administrator", "Administrator"),
)


def add_roles(apps, schema_editor):
    Role = apps.get_model("roles", "Role")
    for position, (code, name) in enumerate(ROLES, start=1):
        Role.objects.create(code=code, name=name, position=position)


class Migration(migrations.Migration):
    dependencies = [("roles", "0001_organisation")]

    operations = [migrations.RunPython(add_roles, migrations.RunPython.noop)]
