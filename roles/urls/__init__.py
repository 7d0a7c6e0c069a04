"""The pages of floor 0, one file per noun."""

from roles.urls import access, duties, home, letters, organisation, people, plan_files, plans

urlpatterns = [
    *home.urlpatterns,
    *organisation.urlpatterns,
    *people.urlpatterns,
    *access.urlpatterns,
    *plans.urlpatterns,
    *plan_files.urlpatterns,
    *duties.urlpatterns,
    *letters.urlpatterns,
]
