"""What a signal means and what to do about it, in plain Danish. Both directions are told alike."""

from math import ceil

from followup.models import DriftSignal, MeasureCode
from followup.queries.measures import Measure

UP, DOWN = DriftSignal.Direction.UP, DriftSignal.Direction.DOWN

HEADINGS: dict[tuple[str, str], str] = {
    (MeasureCode.SHARE_ABOVE, UP): "Flere afgørelser over rammen",
    (MeasureCode.SHARE_ABOVE, DOWN): "Færre afgørelser over rammen",
    (MeasureCode.SHARE_BELOW, UP): "Flere afgørelser under rammen",
    (MeasureCode.SHARE_BELOW, DOWN): "Færre afgørelser under rammen",
    (MeasureCode.SHARE_WITHOUT_REASON, UP): "Flere afvigelser uden begrundelse",
    (MeasureCode.SHARE_WITHOUT_REASON, DOWN): "Færre afvigelser uden begrundelse",
}
NEXT_STEPS: dict[tuple[str, str], str] = {
    (MeasureCode.SHARE_ABOVE, UP): (
        "Læs grundene i de nyeste sager over rammen, og tal på næste teammøde om, hvorvidt behovene er"
        " blevet større, eller om niveauet bruges anderledes end før."
    ),
    (MeasureCode.SHARE_ABOVE, DOWN): (
        "Se på de nyeste sager med store behov: får borgerne stadig en konkret vurdering, også når den"
        " peger over rammen?"
    ),
    (MeasureCode.SHARE_BELOW, UP): (
        "Læs grundene i de nyeste sager under rammen, og tal om, hvorvidt behovene er blevet mindre, eller"
        " om borgerne får mindre end det vedtagne niveau."
    ),
    (MeasureCode.SHARE_BELOW, DOWN): (
        "Se på de nyeste sager med små behov: bliver hjælpen stadig vurderet efter, hvad den enkelte har"
        " brug for?"
    ),
    (MeasureCode.SHARE_WITHOUT_REASON, UP): (
        "Bed om, at grunden bliver skrevet i de sager, hvor den mangler, og tag det op på næste teammøde."
    ),
    (MeasureCode.SHARE_WITHOUT_REASON, DOWN): (
        "Flere afvigelser har nu en grund. Find ud af, hvad der virkede, og hold fast i det."
    ),
}


def chart_meaning(measure: Measure) -> str:
    return (
        f"Hver prik er en måned og viser, hvor stor en del af {measure.counted}ne der {measure.happened}."
        " Den vandrette linje er niveauet i de første måneder under den gældende version, og båndet viser,"
        " hvor meget en måned normalt svinger af sig selv. En rude er en måned, der ligger usædvanligt langt"
        " fra linjen, og den stiplede streg viser, hvornår ændringen sandsynligvis begyndte."
    )


def heading(signal: DriftSignal) -> str:
    return HEADINGS[signal.measure, signal.direction]


def next_step(signal: DriftSignal) -> str:
    return NEXT_STEPS[signal.measure, signal.direction]


def how_sure(probability: float) -> str:
    """What the control of false discoveries promises: so few of such signals are chance."""
    word = "Meget sikkert" if probability >= 0.99 else "Ret sikkert" if probability >= 0.95 else "Sandsynligt"
    doubtful = max(ceil(round((1 - probability) * 100, 6)), 1)
    return f"{word}. Af 100 så tydelige signaler er højst {doubtful} tilfældige udsving."
