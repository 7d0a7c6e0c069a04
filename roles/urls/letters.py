from django.urls import path

from roles.views import letters

urlpatterns = [
    path("organisation/mails/", letters.template_list, name="mail-templates"),
    path("organisation/mails/sendt/", letters.log, name="mail-log"),
    path("organisation/mails/<slug:code>/", letters.template_edit, name="mail-template-edit"),
]
