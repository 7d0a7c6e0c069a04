from django.db import migrations

LETTERS = (
    (
        "maanedens_signaler",
        "Nyt om praksis i dine enheder",
        "Hej {fornavn}\n\n{maaned} er lukket. Her er det, der er nyt:\n\n{signaler}\n\n"
        "Se dem, og skriv, hvad I ved om dem:\n{link}\n\n"
        "Du får højst én mail om signaler for hver måned, og ingen, når der ikke er noget nyt.",
    ),
    (
        "signalhandlinger",
        "Aftalte handlinger, der snart har frist",
        "Hej {fornavn}\n\n{handlinger}\n\nMeld dem udført på signalets side:\n{link}",
    ),
)


def add(apps, schema_editor):
    MailTemplate = apps.get_model("roles", "MailTemplate")
    for code, subject, body in LETTERS:
        MailTemplate.objects.create(code=code, subject=subject, body=body)


def remove(apps, schema_editor):
    codes = [code for code, _, _ in LETTERS]
    apps.get_model("roles", "MailTemplate").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("roles", "0011_letters_of_signals")]

    operations = [migrations.RunPython(add, remove)]
