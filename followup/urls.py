from django.urls import path

from followup.views import months, signals

urlpatterns = [
    path("maaneder/", months.month_list, name="month-list"),
    path("standarder/<int:pk>/signaler/", signals.standard_signals, name="standard-signals"),
]
