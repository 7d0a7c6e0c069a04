from django.urls import path

from roles.views import plan_files

urlpatterns = [
    path("ansvar/<int:pk>/hent/<str:layout>/", plan_files.plan_export, name="plan-export"),
    path("ansvar/indlaes/", plan_files.plan_import, name="plan-import"),
]
