from django.urls import path

from roles.views import organisation

urlpatterns = [
    path("organisation/", organisation.tree, name="organisation"),
]
