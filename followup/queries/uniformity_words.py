"""What the page of uniformity says, on the screen and on paper alike."""

from __future__ import annotations

from followup.queries.uniformity import LEAST, Compared, Question, Side, Uniformity, Verdict
from roles.templatetags.danish import amount, month, percent

ONE = {Side.UNIT: "enhed", Side.DISTRICT: "bydel", Side.SUPPLIER: "leverandør"}
MANY = {Side.UNIT: "enheder", Side.DISTRICT: "bydele", Side.SUPPLIER: "leverandører"}
THE = {Side.UNIT: "Enhederne", Side.DISTRICT: "Bydelene", Side.SUPPLIER: "Leverandørerne"}
ELSEWHERE = {
    Side.UNIT: "i de andre enheder",
    Side.DISTRICT: "i de andre bydele",
    Side.SUPPLIER: "hos de andre leverandører",
}
REASONS = {
    Side.UNIT: (
        "Forskellen kan skyldes noget, tallene ikke kender: sager, der er tungere eller lettere, end"
        " støttebehov, målgruppe og alder viser, en anden måde at vurdere støttebehovet på, eller andre"
        " tilbud i nærheden."
    ),
    Side.DISTRICT: (
        "Forskellen kan skyldes noget, tallene ikke kender: andre levevilkår, andre tilbud i nærheden, eller"
        " at bydelen betjenes af enheder med hver sin praksis."
    ),
    Side.SUPPLIER: (
        "Leverandøren træffer ikke afgørelserne. Forskellen kan skyldes, at leverandøren får bestemte sager,"
        " er den eneste med et tilbud, eller måler sin ydelse på en anden måde."
    ),
}
MOST_NAMED = 5
NEXT = (
    "Tag nogle sager fra begge sider, og læs dem sammen. Tallene siger ikke, hvem der har ret: det kan være"
    " standarden, der passer dårligt til sagerne."
)


def title(question: Question) -> str:
    return f"{question.measure.name}, {MANY[question.side]} side om side"


def subject(question: Question) -> str:
    return question.pairing.name if question.pairing else "Alle standarder og ydelser"


def period(question: Question) -> str:
    first, last = min(question.revisions), max(question.revisions)
    return f"{month(first)} til {month(last)}" if first != last else month(last)


def headline(question: Question, found: Uniformity) -> str:
    """What there is to see, in one or two sentences."""
    if not found.n:
        return "Der er ingen afgørelser i perioden, der kan sammenlignes."
    if found.compared < 2:
        return f"Kun én {ONE[question.side]} har afgørelser i perioden, så der er ingen at sammenligne med."
    spread = (
        f"{THE[question.side]} er samlet set mere forskellige, end tilfældet kan forklare. Grænserne er"
        " derfor udvidet, så de kun peger på dem, der ligger langt fra resten."
        f"{_within_the_spread(question, found)}"
        if found.is_spread
        else ""
    )
    return f"{_differing(question, found)} {spread}".strip()


def _within_the_spread(question: Question, found: Uniformity) -> str:
    """Those that chance alone does not explain, in the order of the table."""
    names = [row.name for row in found.rows if row.verdict is Verdict.SPREAD]
    if not names:
        return ""
    told = ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} {MANY[question.side]}"
    return f" Tilfældet alene kan ikke forklare afstanden for: {told}."


def asks_for_a_look(found: Uniformity) -> bool:
    return bool(found.differing) or found.is_spread


def _differing(question: Question, found: Uniformity) -> str:
    count = len(found.differing)
    if not count and found.is_spread:
        return f"{_none_of_those_shown(question, found)} adskiller sig fra spredningen mellem alle."
    if not count:
        what = MANY[question.side] if len(found.rows) > 1 else f"din {ONE[question.side]} og de andre"
        return f"Forskellene mellem {what} er ikke større, end tilfældet kan forklare."
    who = f"Én {ONE[question.side]} adskiller" if count == 1 else f"{count} {MANY[question.side]} adskiller"
    return f"{who} sig, når der tages højde for, hvilke sager de har."


def _none_of_those_shown(question: Question, found: Uniformity) -> str:
    """What the reader may not see can differ all the same."""
    if question.side is Side.UNIT and found.compared > len(found.rows):
        return "Ingen af de enheder, du kan se,"
    return f"Ingen enkelt {ONE[question.side]}"


def difference(question: Question, row: Compared) -> str:
    """The sentence of one that differs."""
    measure = question.measure
    counts = f"{amount(row.events)} af {amount(row.n)} {measure.counted} {measure.happened}"
    normal = f"Tilsvarende sager {ELSEWHERE[question.side]} giver {percent(row.expected)}"
    size = "flere" if row.is_higher else "færre"
    return (
        f"{counts} ({percent(row.observed)}). {normal}. Det er {size}, end tilfældet og"
        " sagernes sammensætning kan forklare."
    )


def meaning(question: Question) -> str:
    """Three sentences."""
    one = ONE[question.side]
    return (
        f"Hvert punkt er en {one}, og jo længere til højre det står, jo flere afgørelser bygger andelen på."
        " Andelen er regnet om, som om alle havde samme blanding af støttebehov, målgruppe, alder og ydelser;"
        " inden for det lyse bånd kan afstanden til midten være tilfældig, og båndet er bredest, hvor der er"
        " få afgørelser. Et punkt uden for båndet er en anledning til at læse sager sammen og ikke en dom"
        " over nogen."
    )


def notes(question: Question, found: Uniformity) -> list[str]:
    """What one must know of what is not shown."""
    told = [
        "Forventet er det, som de andre, der ikke selv adskiller sig, har afgjort i sager med samme"
        " støttebehov, målgruppe, aldersgruppe og ydelse. Andelen efter sagernes sammensætning er den"
        " samlede andel, ganget med det faktiske i forhold til det forventede."
        f" Under {LEAST} afgørelser siges der ikke noget.",
    ]
    if question.side is Side.UNIT and found.compared > len(found.rows):
        told.append(
            "Du ser de enheder, du har adgang til. De sammenlignes med alle"
            f" {found.compared} enheder i kommunen."
        )
    if found.pooled:
        who = "1 leverandør" if found.pooled == 1 else f"{found.pooled} leverandører"
        told.append(f"{who} med under {LEAST} afgørelser er ikke nævnt ({found.pooled_n} afgørelser i alt).")
    if found.left_out:
        what = "bydel" if question.side is Side.DISTRICT else "leverandør"
        told.append(f"{amount(found.left_out)} afgørelser uden {what} er ikke med.")
    return told


def table_headings(question: Question) -> list[str]:
    return [
        ONE[question.side].capitalize(),
        *(["Hører under"] if question.side is Side.UNIT else []),
        "Afgørelser",
        "Antal",
        "Andel",
        "Forventet med de sager",
        "Andel efter sagernes sammensætning",
        "Sandsynligvis mellem",
        "Vurdering",
    ]


def table_row(question: Question, row: Compared) -> list[str]:
    between = f"{percent(row.low)} og {percent(row.high)}" if row.low is not None else "–"
    return [
        row.name,
        *([row.above] if question.side is Side.UNIT else []),
        amount(row.n),
        amount(row.events),
        percent(row.observed),
        percent(row.expected),
        percent(row.share),
        between,
        row.verdict.value,
    ]
