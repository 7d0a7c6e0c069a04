"""The roof: names the apps' pages as strings, and says who may open the pages that are not ours."""

from allauth.account import views as account
from django.urls import include, path, re_path

from roles.permissions import Audience, access

for_everyone = access(Audience.EVERYONE, "GET", "POST")
when_signed_in = access(Audience.SIGNED_IN, "GET", "POST")

handler400 = "roles.views.errors.bad_request"
handler403 = "roles.views.errors.forbidden"
handler404 = "roles.views.errors.not_found"
handler500 = "roles.views.errors.server_error"

urlpatterns = [
    path("", include("roles.urls")),
    path("", include("serviceniveau.page_urls")),
    path("opfoelgning/", include("followup.urls")),
    path("login/", for_everyone(account.login), name="account_login"),
    path("logud/", when_signed_in(account.logout), name="account_logout"),
    path("adgangskode/", when_signed_in(account.password_change), name="account_change_password"),
    path("adgangskode/vaelg/", when_signed_in(account.password_set), name="account_set_password"),
    path("adgangskode/glemt/", for_everyone(account.password_reset), name="account_reset_password"),
    path(
        "adgangskode/sendt/",
        access(Audience.EVERYONE)(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^adgangskode/ny/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        for_everyone(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "adgangskode/valgt/",
        access(Audience.EVERYONE)(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
