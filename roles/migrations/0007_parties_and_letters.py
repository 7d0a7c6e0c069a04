from django.db import migrations

# Those who take part without a login of their own, after the seven roles of the program.
PARTIES = (
    ("leverandoer", "Leverandør"),
    ("handicapraad", "Handicapråd"),
    ("aeldreraad", "Ældreråd"),
    ("udsatteraad", "Udsatteråd"),
    ("lokaludvalg", "Lokaludvalg"),
    ("borgere", "Borgere og pårørende"),
)
LETTERS = (
    (
        "dagens_opgaver",
        "Dine opgaver i serviceniveau",
        "Hej {fornavn}\n\n{opgaver}\n\nSe dem, og meld dem udført her:\n{link}\n\n"
        "Du får højst én mail om dagen, og ingen, når der ikke er noget at gøre.",
    ),
    (
        "ubesatte_ansvar",
        "Ansvar uden en person",
        "Hej {fornavn}\n\nDisse vedtagne ansvar har ingen, der løser dem:\n\n{ansvar}\n\n"
        "Giv rollen til en person, eller ret planen:\n{link}",
    ),
    (
        "rollegennemgang",
        "Bekræft, hvem der har roller i din enhed",
        "Hej {fornavn}\n\nDer ligger en gennemgang af roller til dig. Svar senest {frist}.\n\n{link}",
    ),
)


def add(apps, schema_editor):
    Role = apps.get_model("roles", "Role")
    Role.objects.filter(code__in=["sagsbehandler", "teamledelse"]).update(held_at="team")
    for position, (code, name) in enumerate(PARTIES, start=20):
        Role.objects.create(code=code, name=name, position=position, is_staffed=False)
    MailTemplate = apps.get_model("roles", "MailTemplate")
    for code, subject, body in LETTERS:
        MailTemplate.objects.create(code=code, subject=subject, body=body)


class Migration(migrations.Migration):
    dependencies = [("roles", "0006_plans_and_duties")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
