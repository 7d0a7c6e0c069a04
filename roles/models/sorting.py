from django.db.models import CharField, Func


class Danish(Func):
    """A key that sorts text as Danes do, æ, ø and å last: the function `dansk` of the first migration."""

    function = "dansk"
    template = '%(function)s(%(expressions)s) COLLATE "C"'
    output_field = CharField()
