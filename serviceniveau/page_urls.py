"""The pages of the app `serviceniveau` (its `urls.py` is the roof of the whole house)."""

from django.urls import path

from serviceniveau.views import standards

urlpatterns = [
    path("standarder/", standards.standard_list, name="standard-list"),
    path("standarder/<int:pk>/", standards.standard_detail, name="standard-detail"),
    path("standarder/<int:pk>/version/<int:number>/", standards.standard_version, name="standard-version"),
]
