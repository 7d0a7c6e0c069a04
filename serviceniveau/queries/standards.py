"""Which standards a person may see, and what the pages show of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from roles.models import Permission, User
from roles.models.sorting import Danish
from roles.permissions import may, units_with
from roles.queries.organisation import search_words
from serviceniveau.models import Area, FrameKind, QualityStandard, ServiceLevel, StandardVersion
from serviceniveau.models.standards import VersionQuerySet


class Shelf(models.TextChoices):
    """Where a standard stands in the list. One that is adopted for later stands with those in force."""

    IN_FORCE = "i-kraft", "I kraft"
    DRAFTS = "kladder", "Kladder"
    LIBRARY = "bibliotek", "Bibliotek (andre kommuners niveauer)"
    FORMER = "tidligere", "Tidligere"


@dataclass(frozen=True)
class StandardRow:
    standard: QualityStandard
    version: StandardVersion | None
    state: str
    coming: StandardVersion | None


@dataclass(frozen=True)
class LevelTable:
    """Frames shown as one table; a column in which every row says the same "all" is left out."""

    is_judged: bool
    rows: Sequence[ServiceLevel]
    has_target_group: bool
    has_need_level: bool
    has_ages: bool
    has_text: bool

    @property
    def title(self) -> str:
        return "Vejledende rammer" if self.is_judged else "Øvrige niveauer og oplysninger"


def visible_standards(user: User | AnonymousUser) -> QuerySet[QualityStandard]:
    """Everyone sees what is adopted and the library; drafts are seen by those who may edit them."""
    adopted = Exists(_versions().adopted())
    return QualityStandard.objects.filter(_on_library_shelf() | adopted | _editable(user))


def visible_versions(user: User | AnonymousUser, standard: QualityStandard) -> list[StandardVersion]:
    """Newest first."""
    versions = standard.versions.select_related("adoption").order_by("-number")
    if not standard.origin_municipality and not may(user, Permission.EDIT_STANDARD, standard.owner):
        versions = versions.adopted()
    return list(versions)


def standard_rows(
    user: User | AnonymousUser, *, shelf: Shelf, search: str = ""
) -> list[tuple[str, list[StandardRow]]]:
    """The standards of one shelf that match, per area, in Danish alphabetical order."""
    known = StandardVersion.objects.select_related("adoption").only("standard", "number", "valid", "adoption")
    found = _matching(user, search).filter(_on_shelf(shelf, user)).select_related("legal_basis")
    ordered = found.order_by(Danish("title"), "code")
    listed = ordered.prefetch_related(Prefetch("versions", known, to_attr="known"))
    rows = [_row(standard, shelf) for standard in listed]
    groups = [(area.label, [row for row in rows if row.standard.area == area]) for area in Area]
    return [group for group in groups if group[1]]


def shelf_sizes(user: User | AnonymousUser, *, search: str = "") -> dict[Shelf, int]:
    """How many match on each shelf; None are drafts or former for those who may not see any."""
    counts = {shelf.name: Count("pk", filter=_on_shelf(shelf, user)) for shelf in Shelf}
    sizes = _matching(user, search).aggregate(**counts)
    return {shelf: sizes[shelf.name] for shelf in Shelf}


def _matching(user: User | AnonymousUser, search: str) -> QuerySet[QualityStandard]:
    """Every word must occur in title, code, paragraph or an intervention's name; § and commas are ignored."""
    standards = visible_standards(user)
    for word in search_words(search.replace("§", " ").replace(",", " ")):
        frames = ServiceLevel.objects.filter(
            version__standard=OuterRef("pk"), intervention__name__icontains=word
        )
        texts = [
            "title",
            "code",
            "origin_municipality",
            "legal_basis__law",
            "legal_basis__section",
            "legal_basis__title",
        ]
        in_text = Q(*[(f"{field}__icontains", word) for field in texts], _connector=Q.OR)
        standards = standards.filter(in_text | Exists(frames))
    return standards


def _editable(user: User | AnonymousUser) -> Q:
    """A standard that no unit owns may be edited by everyone who edits standards at all."""
    owned = Q(owner__in=units_with(user, Permission.EDIT_STANDARD))
    return owned | Q(owner=None) if may(user, Permission.EDIT_STANDARD) else owned


def _versions() -> VersionQuerySet:
    return StandardVersion.objects.filter(standard=OuterRef("pk"))


def _on_library_shelf() -> Q:
    return ~Q(origin_municipality="")


def _on_shelf(shelf: Shelf, user: User | AnonymousUser) -> Q:
    lasting = Q(Exists(_versions().filter(valid__endswith__gt=localdate()))) | Q(
        Exists(_versions().filter(valid__isnull=False, valid__upper_inf=True))
    )
    adopted = Q(Exists(_versions().filter(valid__isnull=False)))
    drafted = Q(Exists(_versions().filter(valid__isnull=True))) | ~Q(Exists(_versions()))
    own = ~_on_library_shelf()
    return {
        Shelf.IN_FORCE: own & lasting,
        Shelf.DRAFTS: own & drafted & _editable(user),
        Shelf.LIBRARY: _on_library_shelf(),
        Shelf.FORMER: own & adopted & ~lasting,
    }[shelf]


def _row(standard: QualityStandard, shelf: Shelf) -> StandardRow:
    known: list[StandardVersion] = standard.known  # type: ignore[attr-defined]  # from the prefetch
    if shelf is Shelf.DRAFTS:
        version = next((each for each in known if each.valid is None), None)
        return StandardRow(standard, version, version_state(standard, version), coming=None)
    version = shown_version(known)
    coming = next((each for each in reversed(known) if _starts_later(each) and each is not version), None)
    return StandardRow(standard, version, version_state(standard, version), coming)


def shown_version(versions: Sequence[StandardVersion]) -> StandardVersion | None:
    """The one in force today; else the next to come, the latest that applied, or a draft."""
    today = localdate()
    adopted = sorted((each for each in versions if each.valid), key=lambda each: each.valid.lower)
    in_force = [
        each for each in adopted if each.valid.lower <= today and (each.valid.upper or date.max) > today
    ]
    coming = [each for each in adopted if each.valid.lower > today]
    return next(iter([*in_force, *coming, *reversed(adopted), *versions]), None)


def _starts_later(version: StandardVersion) -> bool:
    return version.valid is not None and version.valid.lower > localdate()


def version_state(standard: QualityStandard, version: StandardVersion | None) -> str:
    """Whether it applies, in words."""
    if standard.origin_municipality:
        return "Bibliotek"
    if version is None or version.valid is None:
        return "Kladde"
    start, end = version.valid.lower, version.valid.upper
    if start > localdate():
        return f"Vedtaget, gælder fra {start:%d-%m-%Y}"
    if end and end <= localdate():
        return f"Gjaldt til {end - timedelta(days=1):%d-%m-%Y}"
    return f"I kraft siden {start:%d-%m-%Y}"


def level_tables(version: StandardVersion) -> list[LevelTable]:
    """The numbers that decisions are judged against first, then all other numbers and texts."""
    levels = list(version.levels.select_related("intervention", "target_group", "need_level"))
    levels.sort(key=lambda level: FrameKind.values.index(level.kind))
    split = [(judged, [level for level in levels if level.is_judged == judged]) for judged in (True, False)]
    return [_table(judged, rows) for judged, rows in split if rows]


def _table(judged: bool, levels: list[ServiceLevel]) -> LevelTable:
    return LevelTable(
        judged,
        levels,
        has_target_group=any(level.target_group_id for level in levels),
        has_need_level=any(level.need_level_id for level in levels),
        has_ages=any(level.age_bands for level in levels),
        has_text=any(level.text for level in levels),
    )
