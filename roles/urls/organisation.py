from django.urls import path

from roles.views import organisation, units

urlpatterns = [
    path("organisation/", organisation.tree, name="organisation"),
    path("organisation/enheder/ny/", units.unit_new, name="unit-new"),
    path("organisation/enheder/<int:pk>/", units.unit_detail, name="unit-detail"),
    path("organisation/enheder/<int:pk>/ret/", units.unit_edit, name="unit-edit"),
    path("organisation/enheder/<int:pk>/luk/", units.unit_close, name="unit-close"),
    path("organisation/enheder/<int:pk>/behold/", units.unit_keep, name="unit-keep"),
]
