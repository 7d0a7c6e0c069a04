from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from followup.queries.months import latest_closed
from followup.queries.sentences import signal_sentence
from followup.queries.signals import signals_of_standard
from roles.models import Permission
from roles.permissions import Request, access
from roles.views.page import render_page
from serviceniveau.queries.standards import visible_standards


@access(Permission.VIEW_SIGNALS)
def standard_signals(request: Request, pk: int) -> HttpResponse:
    """A fragment for the page of a standard: does practice match it, in the units the reader answers for?"""
    standard = get_object_or_404(visible_standards(request.user), pk=pk)
    signals = [(signal, signal_sentence(signal)) for signal in signals_of_standard(request.user, standard)]
    newest = latest_closed()
    context = {"standard": standard, "signals": signals, "month": newest[0] if newest else None}
    return render_page(request, "followup/standard_signals.html", context, partial="signals")
