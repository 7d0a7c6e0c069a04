"""The roof: names the apps' pages as strings, and says who may open the pages that are not ours."""

from allauth.account import views as account
from django.urls import include, path

handler403 = "roles.views.errors.forbidden"
handler404 = "roles.views.errors.not_found"
handler500 = "roles.views.errors.server_error"

urlpatterns = [
    path("", include("roles.urls")),
    path("", include("serviceniveau.page_urls")),
    path("opfoelgning/", include("followup.urls")),
    path("login/", account.login, name="account_login"),
    path("logud/", account.logout, name="account_logout"),
    path("adgangskode/", account.password_change, name="account_change_password"),
]
