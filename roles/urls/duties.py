from django.urls import path

from roles.views import duties, feeds, vacancies, year_wheel

urlpatterns = [
    path("opgaver/", duties.list_mine, name="my-duties"),
    path("opgaver/<int:pk>/", duties.detail, name="duty-detail"),
    path("opgaver/<int:pk>/udfoert/", duties.done, name="duty-done"),
    path("opgaver/<int:pk>/genaabn/", duties.reopen, name="duty-reopen"),
    path("aarshjul/", year_wheel.wheel, name="year-wheel"),
    path("kalender/ny/", feeds.renew, name="feed-renew"),
    path("kalender/luk/", feeds.revoke, name="feed-revoke"),
    path("kalender/<str:token>.ics", feeds.feed, name="calendar-feed"),
    path("ansvar/ubesat/", vacancies.vacancy_list, name="vacancy-list"),
]
