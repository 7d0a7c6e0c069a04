"""The pages of the app `serviceniveau` (its `urls.py` is the roof of the whole house)."""

from django.urls import path

from serviceniveau.views import caseload, cases, decisions, moving, organisation_import, readers, standards

urlpatterns = [
    path("min-sagsstamme/", caseload.caseload, name="caseload"),
    path("sager/flyt/", moving.caseload_list, name="caseload-list"),
    path("sager/flyt/<int:unit>/<slug:giver>/", moving.caseload_move, name="caseload-move"),
    path("organisation/indlaes/", organisation_import.organisation_import, name="organisation-import"),
    path("sager/<int:pk>/", cases.case_detail, name="case-detail"),
    path("sager/<int:pk>/laesere/", readers.case_readers, name="case-readers"),
    path("sager/laesere/", readers.case_readers_find, name="case-readers-find"),
    path("adgang/stikproever/", readers.sample_list, name="read-sample-list"),
    path("adgang/stikproever/<int:pk>/", readers.sample_detail, name="read-sample-detail"),
    path("adgang/stikproever/opslag/<int:pk>/", readers.sample_check, name="read-sample-check"),
    path("sager/valg/", caseload.case_options, name="case-options"),
    path("afgoerelser/ny/", decisions.decision_new, name="decision-new"),
    path("afgoerelser/<int:pk>/ret/", decisions.decision_edit, name="decision-edit"),
    path("afgoerelser/kontrol/", decisions.decision_check, name="decision-check"),
    path("afgoerelser/godkendelse/", decisions.decision_approvals, name="decision-approvals"),
    path("afgoerelser/<int:pk>/godkend/", decisions.decision_approve, name="decision-approve"),
    path("standarder/", standards.standard_list, name="standard-list"),
    path("standarder/<int:pk>/", standards.standard_detail, name="standard-detail"),
    path("standarder/<int:pk>/version/<int:number>/", standards.standard_version, name="standard-version"),
]
