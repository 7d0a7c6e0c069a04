"""A chart of the page as a picture in a PDF: the same SVG, its own words as the alternative text."""

from __future__ import annotations

from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def picture(chart: str) -> dict[str, str]:
    """For `picture` of `roles/printing/frame.typ`. chart: one <svg> that begins with its title and desc."""
    drawn = ElementTree.fromstring(chart)  # noqa: S314 - drawn by ourselves
    named = (drawn.findtext(f"{SVG}{tag}") for tag in ("title", "desc"))
    return {"svg": chart, "alt": ". ".join(words.rstrip(".") for words in named if words) + "."}
