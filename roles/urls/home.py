from django.urls import path

from roles.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("session/", home.session, name="session"),
    path("livez", home.alive, name="livez"),
    path("readyz", home.ready, name="readyz"),
]
