from django.urls import path

from followup.views import months, overview, signals, team

urlpatterns = [
    path("mit-team/", team.team_month, name="team-month"),
    path("overblik/", overview.overview, name="overview"),
    path("overblik/<str:area>/", overview.overview_area, name="overview-area"),
    path("maaneder/", months.month_list, name="month-list"),
    path("standarder/<int:pk>/signaler/", signals.standard_signals, name="standard-signals"),
]
