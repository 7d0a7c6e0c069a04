"""What a signal means and what to do about it, in plain Danish. Both directions are told alike."""

from __future__ import annotations

from math import ceil

from followup.models import Direction, DriftSignal, MeasureCode
from followup.queries.measures import Family, Measure

Words = tuple[str, str]
"""Of a rise, and of a fall."""

HEADINGS: dict[str, Words] = {
    MeasureCode.SHARE_ABOVE: ("Flere afgørelser over rammen", "Færre afgørelser over rammen"),
    MeasureCode.SHARE_BELOW: ("Flere afgørelser under rammen", "Færre afgørelser under rammen"),
    MeasureCode.SHARE_WITHOUT_REASON: (
        "Flere afvigelser uden begrundelse",
        "Færre afvigelser uden begrundelse",
    ),
    MeasureCode.SHARE_AT_MAXIMUM: ("Mange afgørelser præcis på maksimum", "Få afgørelser præcis på maksimum"),
    MeasureCode.SHARE_DEVIATING: (
        "Flere afgørelser uden for rammen",
        "Næsten ingen afgørelser uden for rammen",
    ),
    MeasureCode.SAME_REASON: ("Den samme grund igen og igen", "Flere forskellige grunde"),
    MeasureCode.EXTENT: (
        "Større bevillinger i forhold til rammen",
        "Mindre bevillinger i forhold til rammen",
    ),
    MeasureCode.UNIT_PRICE: ("Højere pris pr. enhed", "Lavere pris pr. enhed"),
    MeasureCode.COST: ("Dyrere bevillinger", "Billigere bevillinger"),
    MeasureCode.DURATION: ("Længere bevillinger", "Kortere bevillinger"),
    MeasureCode.SHARE_RAISED: ("Flere bevillinger sættes op", "Færre bevillinger sættes op"),
    MeasureCode.SHARE_LOWERED: ("Flere bevillinger sættes ned", "Færre bevillinger sættes ned"),
    MeasureCode.SHARE_REFUSED: ("Flere afslag", "Færre afslag"),
    MeasureCode.DECIDED_IN_TIME: ("Flere afgørelser inden fristen", "Færre afgørelser inden fristen"),
    MeasureCode.STARTED_IN_TIME: (
        "Flere bevillinger begynder inden fristen",
        "Færre bevillinger begynder inden fristen",
    ),
    MeasureCode.NOTICE_GIVEN: (
        "Flere får besked, før fristen overskrides",
        "Færre får besked, før fristen overskrides",
    ),
    MeasureCode.FOLLOW_UP_OVERDUE: (
        "Flere opfølgninger er overskredet",
        "Færre opfølgninger er overskredet",
    ),
    MeasureCode.NEW_GRANTS: ("Flere nye bevillinger", "Færre nye bevillinger"),
    MeasureCode.ENDED_GRANTS: ("Flere bevillinger ophører", "Færre bevillinger ophører"),
    MeasureCode.NEED_LEVEL: ("Støttebehovet vurderes højere", "Støttebehovet vurderes lavere"),
    MeasureCode.APPEALS_CHANGED: (
        "Flere klager fører til en ændret afgørelse",
        "Færre klager fører til en ændret afgørelse",
    ),
}
KEEP_IT_UP = "Find ud af, hvad der virkede, og hold fast i det."
NEXT_STEPS: dict[str, Words] = {
    MeasureCode.SHARE_ABOVE: (
        "Læs grundene i de nyeste sager over rammen, og tal på næste teammøde om, hvorvidt behovene er"
        " blevet større, eller om niveauet bruges anderledes end før.",
        "Se på de nyeste sager med store behov: får borgerne stadig en konkret vurdering, også når den"
        " peger over rammen?",
    ),
    MeasureCode.SHARE_BELOW: (
        "Læs grundene i de nyeste sager under rammen, og tal om, hvorvidt behovene er blevet mindre, eller"
        " om borgerne får mindre end det vedtagne niveau.",
        "Se på de nyeste sager med små behov: bliver hjælpen stadig vurderet efter, hvad den enkelte har"
        " brug for?",
    ),
    MeasureCode.SHARE_WITHOUT_REASON: (
        "Bed om, at grunden bliver skrevet i de sager, hvor den mangler, og tag det op på næste teammøde.",
        f"Flere afvigelser har nu en grund. {KEEP_IT_UP}",
    ),
    MeasureCode.SHARE_AT_MAXIMUM: (
        "Læs nogle af sagerne på maksimum: er omfanget vurderet ud fra den enkeltes behov, eller er"
        " maksimum blevet en vane?",
        f"Omfanget varierer nu mere fra sag til sag. {KEEP_IT_UP}",
    ),
    MeasureCode.SHARE_DEVIATING: (
        "Læs grundene i de nyeste sager uden for rammen, og tal om, hvorvidt standarden stadig passer.",
        "Læs nogle af sagerne: er behovet vurderet konkret og individuelt, også når det peger uden for"
        " rammen? Rammen er vejledende.",
    ),
    MeasureCode.SAME_REASON: (
        "Tag grunden med til den næste revision af standarden: måske skal rammen følge det, som sagerne"
        " viser.",
        "Grundene er igen forskellige fra sag til sag. Der er ikke mere at gøre.",
    ),
    MeasureCode.EXTENT: (
        "Se, hvilke støttebehov de største bevillinger hører til, og tal om, hvorvidt behovene er blevet"
        " større, eller om der bevilges mere til samme behov.",
        "Se på de nyeste sager: får borgerne stadig den hjælp, som behovet kræver?",
    ),
    MeasureCode.UNIT_PRICE: (
        "Se, hvilke leverandører og aftaler de nyeste bevillinger bruger, og om prisen følger aftalen.",
        f"Prisen er faldet. Se, om kvaliteten følger med. {KEEP_IT_UP}",
    ),
    MeasureCode.COST: (
        "Se, om det er prisen, omfanget eller behovene, der er ændret, og tag det med til"
        " økonomiopfølgningen.",
        f"Se, om det er prisen, omfanget eller behovene, der er ændret. {KEEP_IT_UP}",
    ),
    MeasureCode.DURATION: (
        "Se på de længste nye bevillinger: er der aftalt en opfølgning, der passer til behovet?",
        "Se på de korteste nye bevillinger: når målet at blive nået, inden de slutter?",
    ),
    MeasureCode.SHARE_RAISED: (
        "Læs begrundelserne for de nyeste opjusteringer: er behovene blevet større, eller var den første"
        " bevilling for lille?",
        "Se på de nyeste opfølgninger: bliver hjælpen sat op, når behovet vokser?",
    ),
    MeasureCode.SHARE_LOWERED: (
        "Læs begrundelserne for de nyeste nedjusteringer: er behovet blevet mindre, og har borgeren fået"
        " varsel?",
        "Se på de nyeste opfølgninger: bliver hjælpen tilpasset, når behovet bliver mindre?",
    ),
    MeasureCode.SHARE_REFUSED: (
        "Læs de nyeste afslag: er de begrundet konkret, og er andre muligheder for hjælp overvejet?",
        "Se på de nyeste bevillinger: er målgruppen stadig den, som standarden beskriver?",
    ),
    MeasureCode.DECIDED_IN_TIME: (
        f"Flere får svar til tiden. {KEEP_IT_UP}",
        "Se, hvor i forløbet sagerne venter, og fordel de ældste ansøgninger på næste teammøde.",
    ),
    MeasureCode.STARTED_IN_TIME: (
        f"Flere får hjælpen til tiden. {KEEP_IT_UP}",
        "Se, hvad der forsinker opstarten: leverandøren, visitationen eller aftalen med borgeren?",
    ),
    MeasureCode.NOTICE_GIVEN: (
        f"Flere får besked i tide, når svaret trækker ud. {KEEP_IT_UP}",
        "Aftal, hvem der giver besked, når en frist ikke kan holdes, og hvornår.",
    ),
    MeasureCode.FOLLOW_UP_OVERDUE: (
        "Fordel de ældste opfølgninger på næste teammøde, og se, om nogle kan samles.",
        f"Flere opfølgninger sker til tiden. {KEEP_IT_UP}",
    ),
    MeasureCode.NEW_GRANTS: (
        "Se, hvilke målgrupper de nye bevillinger kommer fra, og tag det med til økonomiopfølgningen.",
        "Se, om der kommer færre ansøgninger, eller om flere får afslag.",
    ),
    MeasureCode.ENDED_GRANTS: (
        "Se, hvorfor bevillingerne ophører: er målet nået, eller falder borgere fra?",
        "Se, om opfølgningerne finder sted, og om bevillinger, der har nået målet, afsluttes.",
    ),
    MeasureCode.NEED_LEVEL: (
        "Vurdér nogle af de nyeste sager i fællesskab: er behovene blevet større, eller vurderes de højere"
        " end før? Bevillingerne kan vokse, uden at flere ligger over rammen.",
        "Vurdér nogle af de nyeste sager i fællesskab: er behovene blevet mindre, eller vurderes de lavere"
        " end før?",
    ),
    MeasureCode.APPEALS_CHANGED: (
        "Læs de ændrede afgørelser: hvad manglede i den første vurdering?",
        f"Flere afgørelser holder, når de vurderes igen. {KEEP_IT_UP}",
    ),
}


def chart_meaning(measure: Measure) -> str:
    return (
        f"Hver prik er en måned og viser {_shown(measure)}."
        " Den vandrette linje er niveauet i de første måneder under den gældende version, og båndet viser,"
        " hvor meget en måned normalt svinger af sig selv. En rude er en måned, der ligger usædvanligt langt"
        " fra linjen, og den stiplede streg viser, hvornår ændringen sandsynligvis begyndte."
    )


def _shown(measure: Measure) -> str:
    if measure.family is Family.SHARE:
        return f"andelen: hvor mange {measure.counted}, der {measure.happened}"
    if measure.family is Family.COUNT:
        return f"antallet af {measure.counted}"
    return f"gennemsnittet af månedens {measure.counted}"


def heading(signal: DriftSignal) -> str:
    return HEADINGS[signal.measure][signal.direction == Direction.DOWN]


def next_step(signal: DriftSignal) -> str:
    return NEXT_STEPS[signal.measure][signal.direction == Direction.DOWN]


WORDS_OF_CERTAINTY = (
    (0.99, "Meget sikkert"),
    (0.95, "Ret sikkert"),
    (0.8, "Sandsynligt"),
    (0.5, "Mere sandsynligt end ikke"),
)


def how_sure(probability: float) -> str:
    """What the control of false discoveries promises: so few of such signals are chance."""
    if probability < 0.5:
        return "Usikkert. Ændringen ses kun svagt i de nyeste måneder."
    word = next(word for least, word in WORDS_OF_CERTAINTY if probability >= least)
    doubtful = max(ceil(round((1 - probability) * 100, 6)), 1)
    return f"{word}. Af 100 så tydelige signaler er højst {doubtful} tilfældige udsving."
