from django.urls import path

from roles.views import home, organisation

urlpatterns = [
    path("", home.home, name="home"),
    path("session/", home.session, name="session"),
    path("livez", home.alive, name="livez"),
    path("readyz", home.ready, name="readyz"),
    path("organisation/", organisation.tree, name="organisation"),
]
