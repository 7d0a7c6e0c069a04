from django.urls import path

from roles.views.plans import comparing, events, reading, responsibilities, rows, versions

urlpatterns = [
    path("ansvar/", reading.plan_list, name="plan-list"),
    path("ansvar/ny/", versions.plan_new, name="plan-new"),
    path("ansvar/begivenheder/", events.event_list, name="event-list"),
    path("ansvar/begivenheder/ny/", events.event_new, name="event-new"),
    path("ansvar/begivenheder/<int:pk>/fjern/", events.event_remove, name="event-remove"),
    path("ansvar/<int:pk>/", reading.plan_detail, name="plan-detail"),
    path("ansvar/<int:pk>/ret/", reading.plan_edit, name="plan-edit"),
    path("ansvar/<int:pk>/mangler/", comparing.plan_completeness, name="plan-completeness"),
    path("ansvar/<int:pk>/forskelle/", comparing.plan_difference, name="plan-difference"),
    path("ansvar/<int:pk>/aendringer/", comparing.plan_changes, name="plan-changes"),
    path("ansvar/<int:pk>/kopi/", versions.plan_copy, name="plan-copy"),
    path("ansvar/<int:pk>/vedtag/", versions.plan_adopt, name="plan-adopt"),
    path("ansvar/<int:pk>/emne/", versions.plan_settings, name="plan-settings"),
    path("ansvar/<int:pk>/slet/", versions.plan_delete, name="plan-delete"),
    path("ansvar/<int:pk>/celle/", responsibilities.responsibility_cell, name="responsibility-cell"),
    path("ansvar/<int:pk>/linjer/ny/", responsibilities.responsibility_new, name="responsibility-new"),
    path("ansvar/<int:pk>/gendan/", responsibilities.responsibility_restore, name="responsibility-restore"),
    path("ansvar/linjer/<int:pk>/", responsibilities.responsibility_edit, name="responsibility-edit"),
    path("ansvar/linjer/<int:pk>/flyt/", responsibilities.responsibility_move, name="responsibility-move"),
    path(
        "ansvar/linjer/<int:pk>/fjern/", responsibilities.responsibility_remove, name="responsibility-remove"
    ),
    path(
        "ansvar/linjer/<int:pk>/udgaver/",
        responsibilities.responsibility_history,
        name="responsibility-history",
    ),
    path("ansvar/<int:pk>/roller/ny/", rows.row_add, name="row-add"),
    path("ansvar/roller/<int:pk>/flyt/", rows.row_move, name="row-move"),
    path("ansvar/roller/<int:pk>/vis/", rows.row_hide, name="row-hide"),
    path("ansvar/roller/<int:pk>/fjern/", rows.row_remove, name="row-remove"),
]
