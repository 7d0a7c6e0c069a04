"""A plan goes out as a file, is changed in Excel and comes back as a draft."""

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import expect

from roles.actions.plans import add_responsibility, adopt_plan, create_plan
from roles.models import Phase, Role, RoleCode
from roles.printing.plan_sheet import plan_xlsx
from roles.queries.plan_content import content_of
from tests.browser.conftest import NARROW, NARROWEST, WIDE, OpenAs
from tests.factories import UserFactory, department, give_role

pytestmark = pytest.mark.django_db(transaction=True)


def test_changed_file_is_shown_and_kept(open_as: OpenAs, tmp_path):
    editor = give_role(UserFactory(name="Bo Faglig"), RoleCode.PROFESSIONAL_LEAD, department())
    plan = create_plan(unit=department(), subject="Voksen handicap", by=editor, from_template=False)
    role = Role.objects.get(code=RoleCode.TEAM_LEADER)
    add_responsibility(
        plan=plan, role=role, phase=Phase.FOLLOW_UP, values={"text": "Gennemgår signaler"}, by=editor
    )
    adopt_plan(plan=plan, body="Udvalget", adopted_on=date(2026, 11, 2), case_number="", link="", by=editor)
    content = content_of(plan)
    lines = [replace(content.lines[0], text="Gennemgår månedens signaler")]
    file = tmp_path / "plan.xlsx"
    file.write_bytes(plan_xlsx(replace(content, lines=lines), made_on=date(2026, 11, 22)))

    visitor = open_as(editor)
    assert visitor.faults("/ansvar/indlaes/") == []
    page = visitor.page
    page.set_viewport_size(WIDE)
    page.get_by_label("Fil").set_input_files(file)
    page.get_by_role("button", name="Vis, hvad filen indeholder").click()

    expect(page.get_by_role("heading", name="Ændrede")).to_be_visible()
    for viewport in (WIDE, NARROW, NARROWEST):
        page.set_viewport_size(viewport)
        assert (visitor.axe(), visitor.overflow()) == ([], 0)
    page.get_by_role("button", name="Gem som kladde").click()
    expect(page.get_by_text("Filen er gemt som kladde.")).to_be_visible()
    expect(page.get_by_text("Gennemgår månedens signaler").first).to_be_visible()
    assert visitor.complaints == []
