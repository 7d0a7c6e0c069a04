from django.urls import path

from followup.views import detector, months, overview, signals, team, uniformity

urlpatterns = [
    path("mit-team/", team.team_month, name="team-month"),
    path("overblik/", overview.overview, name="overview"),
    path("overblik/pdf/", overview.overview_file, name="overview-pdf"),
    path("overblik/<str:area>/", overview.overview_area, name="overview-area"),
    path("overblik/<str:area>/pdf/", overview.area_file, name="overview-area-pdf"),
    path("ensartethed/", uniformity.uniformity_page, name="uniformity"),
    path("ensartethed/excel/", uniformity.uniformity_file, {"layout": "xlsx"}, name="uniformity-xlsx"),
    path("ensartethed/pdf/", uniformity.uniformity_file, {"layout": "pdf"}, name="uniformity-pdf"),
    path("maaneder/", months.month_list, name="month-list"),
    path("signaler/", signals.signal_list_page, name="signal-list"),
    path("signaler/excel/", signals.signal_export, name="signal-export"),
    path("signaler/indstillinger/", detector.detector_settings, name="detector-settings"),
    path("signaler/indstillinger/gem/", detector.detector_change, name="detector-change"),
    path("signaler/<int:pk>/", signals.signal_detail, name="signal-detail"),
    path("signaler/<int:pk>/sager/", signals.signal_cases, name="signal-cases"),
    path("signaler/<int:pk>/pdf/", signals.signal_file, name="signal-pdf"),
    path("signaler/<int:pk>/forklar/", signals.signal_explain, name="signal-explain"),
    path("signaler/<int:pk>/accepter/", signals.signal_accept, name="signal-accept"),
    path("signaler/<int:pk>/handling/", signals.signal_action, name="signal-action"),
    path("signaler/<int:pk>/bemaerkning/", signals.signal_comment, name="signal-comment"),
    path("signaler/handling/<int:pk>/udfoert/", signals.signal_action_done, name="signal-action-done"),
    path("standarder/<int:pk>/signaler/", signals.standard_signals, name="standard-signals"),
]
