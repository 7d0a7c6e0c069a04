from django.urls import path

from roles.views.people import assignments, attestations, deputies, listing, person, requests

urlpatterns = [
    path("organisation/personer/", listing.person_list, name="person-list"),
    path("organisation/personer/ny/", person.person_new, name="person-new"),
    path("organisation/personer/<int:pk>/", person.person_detail, name="person-detail"),
    path("organisation/personer/<int:pk>/ret/", person.person_edit, name="person-edit"),
    path("organisation/personer/<int:pk>/adgang/", person.person_state, name="person-state"),
    path("organisation/personer/<int:pk>/link/", person.person_invite, name="person-invite"),
    path("organisation/fratraadte/", listing.leaver_list, name="leaver-list"),
    path("organisation/roller/ny/", assignments.assignment_new, name="assignment-new"),
    path("organisation/roller/<int:pk>/slut/", assignments.assignment_end, name="assignment-end"),
    path("organisation/anmodninger/", requests.request_list, name="request-list"),
    path("organisation/anmodninger/<int:pk>/", requests.request_decide, name="request-decide"),
    path(
        "organisation/anmodninger/<int:pk>/traek-tilbage/", requests.request_withdraw, name="request-withdraw"
    ),
    path("personer/soeg/", listing.person_options, name="person-options"),
    path("stedfortraedere/", deputies.deputy_list, name="deputy-list"),
    path("stedfortraedere/<int:pk>/ny/", deputies.deputy_new, name="deputy-new"),
    path("stedfortraedere/<int:pk>/afslut/", deputies.deputy_end, name="deputy-end"),
    path("organisation/rollegennemgang/", attestations.attestation_list, name="attestation-list"),
    path("organisation/rollegennemgang/start/", attestations.attestation_open, name="attestation-open"),
    path(
        "organisation/rollegennemgang/<int:pk>/", attestations.attestation_detail, name="attestation-detail"
    ),
    path(
        "organisation/rollegennemgang/<int:pk>/svar/",
        attestations.attestation_answer,
        name="attestation-answer",
    ),
]
