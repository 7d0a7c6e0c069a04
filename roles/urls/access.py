from django.urls import path

from roles.views import access

urlpatterns = [
    path("adgang/roller/", access.roles, name="role-rights"),
    path("adgang/personer/<int:pk>/", access.person, name="person-rights"),
]
