from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0009_count_attempts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="unit",
            options={
                "default_permissions": (),
                "ordering": ["path"],
                "permissions": [
                    ("view_case", "Se sager og afgørelser"),
                    ("register_decision", "Registrere og rette afgørelser"),
                    ("approve_decision", "Godkende afgørelser ud over sagsbehandlerens kompetence"),
                    ("view_caseworker_figures", "Se tal for den enkelte sagsbehandler"),
                    ("view_signals", "Se signaler og nøjagtige tal for enheder"),
                    ("view_overview", "Se det politiske overblik"),
                    ("edit_standard", "Udarbejde og registrere kvalitetsstandarder"),
                    ("view_operations", "Se månedsafslutning og indlæsninger"),
                    ("manage_organisation", "Administrere organisation og roller"),
                    ("handle_signal", "Forklare signaler, acceptere dem for en tid og aftale handlinger"),
                    ("set_detector", "Indstille, hvornår et signal vises"),
                    ("edit_plan", "Udarbejde rolle- og ansvarsfordelinger og registrere, at de er vedtaget"),
                    ("confirm_roles", "Bekræfte, hvem der har roller i enheden"),
                    ("view_read_log", "Se, hvem der har set en sag"),
                ],
                "verbose_name": "enhed",
                "verbose_name_plural": "enheder",
            },
        ),
    ]
