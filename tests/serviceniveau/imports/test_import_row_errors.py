import pytest
from django.utils.timezone import localdate

from serviceniveau.models import Case, Registration

THIS_YEAR = localdate().year
KINDS = (
    "bevilling_ny, bevilling_delvis, afslag, opjustering, nedjustering, forlaengelse,"
    " aendring_inden_for_rammen, leverandoerskift, ophoer, ophoer_borger, genvurdering_fastholdt,"
    " genvurdering_medhold, paragraf_migrering"
)
CPR = "Feltet ser ud til at indeholde et CPR-nummer. Fjern det: sager kendes kun på sagsnummeret."
EMPTY = "Feltet er tomt. Det skal udfyldes."
BAD_ROWS = [
    ({"afgoerelse_id": ""}, "afgoerelse_id", EMPTY),
    ({"sagsnr": ""}, "sagsnr", EMPTY),
    ({"enhed": ""}, "enhed", EMPTY),
    ({"afgjort_dato": ""}, "afgjort_dato", EMPTY),
    (
        {"sagsbehandler": "M9"},
        "sagsbehandler",
        "Medarbejderkoden »M9« kendes ikke. Opret medarbejderen i organisationen først.",
    ),
    ({"enhed": "X"}, "enhed", "Enheden »X« findes ikke. Brug enhedens kode fra organisationen."),
    (
        {"enhed": "FJO-SS-VH-T0"},
        "enhed",
        "Enheden »FJO-SS-VH-T0« lukkede 01-01-2025, og datoen er 14-09-2026."
        " Brug den enhed, der havde sagen den dag, fx FJO-SS-VH-T1.",
    ),
    (
        {"enhed": "FJO-SS-VH-T2"},
        "enhed",
        "Enheden »FJO-SS-VH-T2« findes først fra 01-10-2026, men datoen er 14-09-2026.",
    ),
    ({"lov": "XX"}, "lov", "Loven »XX« findes ikke i lovgrundlaget. Brug en af: SEL."),
    (
        {"paragraf": "999"},
        "paragraf",
        "SEL § 999 findes ikke i lovgrundlaget. Skriv kun tal og bogstav, fx 85 eller 82b.",
    ),
    (
        {"paragraf": "32"},
        "paragraf",
        "SEL § 32 gjaldt ikke 14-09-2026. Brug den paragraf, der gjaldt den dag.",
    ),
    (
        {"paragraf": "32", "afgoerelsestype": "paragraf_migrering"},
        "paragraf",
        "SEL § 32 gjaldt ikke 14-09-2026. Brug den paragraf, der gjaldt den dag.",
    ),
    ({"ydelse": "X"}, "ydelse", "Ydelsen »X« findes ikke. Brug ydelsens kode fra kataloget."),
    ({"maalgruppe": "X"}, "maalgruppe", "Målgruppen »X« findes ikke. Brug målgruppens kode fra kataloget."),
    (
        {"stoettebehov_skala": "X"},
        "stoettebehov_skala",
        "Skalaen »X« findes ikke. Brug en af: FFB, VUM.",
    ),
    (
        {"stoettebehov": "9"},
        "stoettebehov",
        "Støttebehovet »9« findes ikke på skalaen FFB. Brug koden fra kataloget eller en af værdierne: 2.",
    ),
    (
        {"stoettebehov_skala": ""},
        "stoettebehov_skala",
        "Skriv skalaen for støttebehovet, fx FFB: tallene betyder ikke det samme på dem alle.",
    ),
    ({"afgoerelsestype": "ja"}, "afgoerelsestype", f"Afgørelsestypen »ja« kendes ikke. Brug en af: {KINDS}."),
    (
        {"afgoerelsestype": "forventet"},
        "afgoerelsestype",
        "»forventet« er ikke en afgørelse. Indlæs først rækken, når sagen er afgjort.",
    ),
    (
        {"afgoerelsestype": "fristoverskridelse_besked"},
        "afgoerelsestype",
        "»fristoverskridelse_besked« er ikke en afgørelse."
        " Skriv datoen som besked_sendt_dato i filen med ansøgninger.",
    ),
    (
        {"aldersgruppe": "30-50"},
        "aldersgruppe",
        "Aldersgruppen »30-50« kendes ikke. Brug en af: 0-5, 6-11, 12-17, 18-29, 30-49, 50-66, 67+.",
    ),
    ({"afgjort_dato": "31-02-2026"}, "afgjort_dato", "Datoen 31-02-2026 findes ikke i kalenderen. Ret den."),
    ({"slut_dato": "2027-13-01"}, "slut_dato", "Datoen 2027-13-01 findes ikke i kalenderen. Ret den."),
    (
        {"start_dato": "1/10/26"},
        "start_dato",
        "»1/10/26« er ikke en dato. Skriv den som dd-mm-åååå, fx 31-01-2026.",
    ),
    (
        {"start_dato": "01-10-26"},
        "start_dato",
        "»01-10-26« er ikke en dato. Skriv den som dd-mm-åååå, fx 31-01-2026.",
    ),
    (
        {"ansoegt_dato": "03-08-1926"},
        "ansoegt_dato",
        "Datoen 03-08-1926 ligger før år 2000. Kontroller årstallet.",
    ),
    (
        {"slut_dato": "31-12-9999"},
        "slut_dato",
        f"Datoen 31-12-9999 ligger efter år {THIS_YEAR + 50}. Ret årstallet, eller lad feltet stå tomt.",
    ),
    (
        {"afgjort_dato": "01-05-2060"},
        "afgjort_dato",
        "Afgørelsesdatoen 01-05-2060 ligger ude i fremtiden. Ret datoen.",
    ),
    (
        {"registreret_dato": "01-05-2060"},
        "registreret_dato",
        "Registreringsdatoen 01-05-2060 ligger ude i fremtiden. Ret datoen.",
    ),
    (
        {"ansoegt_dato": "15-09-2026"},
        "afgjort_dato",
        "Afgørelsen 14-09-2026 ligger før ansøgningen 15-09-2026. Ret en af datoerne.",
    ),
    (
        {"slut_dato": "30-09-2026"},
        "slut_dato",
        "Slutdatoen 30-09-2026 ligger før startdatoen 01-10-2026. Ret en af datoerne.",
    ),
    ({"omfang": "1.234"}, "omfang", "»1.234« kan betyde 1234 eller 1,234: skriv 1234 eller 1,23."),
    ({"omfang": "-4"}, "omfang", "»-4« er negativt. Skriv det samlede tal efter afgørelsen."),
    ({"omfang": "4,555"}, "omfang", "»4,555« har flere end to decimaler. Afrund det, fx til 1,23."),
    (
        {"omfang": "4.5"},
        "omfang",
        "»4.5« er ikke et tal. Skriv det med komma og højst to decimaler, fx 4 eller 4,5.",
    ),
    (
        {"omfang": "fire"},
        "omfang",
        "»fire« er ikke et tal. Skriv det med komma og højst to decimaler, fx 4 eller 4,5.",
    ),
    ({"omfang": "99999999999"}, "omfang", "»99999999999« er for stort. Kontroller tallet."),
    ({"pris": "1.234"}, "pris", "»1.234« kan betyde 1234 eller 1,234: skriv 1234 eller 1,23."),
    (
        {"pris_enhed": "kr/t"},
        "pris_enhed",
        "Prisenheden »kr/t« kendes ikke. Brug en af: kr./time, kr./gang, kr./dag, kr./uge,"
        " kr./måned, kr./år, kr..",
    ),
    (
        {"omfang_enhed": "kr./måned"},
        "omfang_enhed",
        "kr./måned kan ikke omregnes til den enhed, som niveauet for ydelsen er fastsat i: timer/uge."
        " Skriv omfanget i den enhed.",
    ),
    (
        {"foedselsaar": "90"},
        "foedselsaar",
        f"»90« er ikke et fødselsår. Skriv fire cifre mellem 1900 og {THIS_YEAR}.",
    ),
    (
        {"afvigelse_grund": "X"},
        "afvigelse_grund",
        "Afvigelsesgrunden »X« findes ikke. Brug en af: sammensat.",
    ),
    ({"sagsnr": "S" * 41}, "sagsnr", "Teksten er for lang: højst 40 tegn."),
    ({"kilde": "K" * 41}, "kilde", "Teksten er for lang: højst 40 tegn."),
    ({"afgoerelse_id": "A" * 81}, "afgoerelse_id", "Teksten er for lang: højst 80 tegn."),
    ({"bevilling_id": "B" * 121}, "bevilling_id", "Teksten er for lang: højst 120 tegn."),
    ({"leverandoer": "L" * 121}, "leverandoer", "Teksten er for lang: højst 120 tegn."),
    ({"begrundelse": "b" * 4001}, "begrundelse", "Teksten er for lang: højst 4000 tegn."),
    ({"sagsnr": "010190-1234"}, "sagsnr", CPR),
    ({"begrundelse": "Moderen 0101601234 hjælper"}, "begrundelse", CPR),
    ({"leverandoer": "010190 1234"}, "leverandoer", CPR),
    ({"enhed": "0101901234"}, "enhed", CPR),
    ({"afgoerelse_id": "A-010190-1234"}, "afgoerelse_id", CPR),
    (
        {"leverandoer": "a\x07b"},
        "leverandoer",
        "Feltet indeholder et tegn, der ikke kan vises. Skriv det om.",
    ),
]


@pytest.mark.parametrize(("change", "column", "message"), BAD_ROWS)
def test_a_bad_row_is_rejected_and_says_why(take_in, change, column, message):
    outcome = take_in({"afgoerelse_id": "A0"}, change)

    assert [(error.line, error.column, error.message) for error in outcome.errors] == [(3, column, message)]
    assert (outcome.rows, outcome.created, outcome.rejected) == (2, 1, 1)
    assert Registration.objects.get().decision_id == "A0"


def test_unknown_unit_of_extent_lists_the_units(take_in):
    outcome = take_in({"omfang_enhed": "t/u"})

    [error] = outcome.errors
    assert error.message.startswith("Enheden »t/u« kendes ikke. Brug en af: timer/dag, timer/uge, ")


def test_the_same_key_twice_names_the_first_line(take_in):
    outcome = take_in({}, {"afgoerelse_id": "A2"}, {})

    assert [(error.line, error.column, error.message) for error in outcome.errors] == [
        (4, "afgoerelse_id", "Afgørelsen står allerede i linje 2. Fjern den ene.")
    ]


def test_a_row_may_be_wrong_in_several_ways(take_in):
    outcome = take_in({"enhed": "X", "omfang": "1.234"})

    assert [error.column for error in outcome.errors] == ["enhed", "omfang"]
    assert (outcome.rows, outcome.rejected) == (1, 1)
    assert Case.objects.count() == 0


def test_no_message_repeats_a_cpr_number(take_in):
    columns = [{name: "010190-1234"} for name in ("kilde", "enhed", "ydelse", "omfang", "lov", "start_dato")]

    outcome = take_in(*columns)

    assert [error.message for error in outcome.errors] == [CPR] * len(columns)
