"""The one place that makes PDF files. A report is a template and its values as JSON.

`draw(TEMPLATES / "plan.typ", values)` gives the template its values as `json(bytes(sys.inputs.values))`: what
somebody has typed is never read as markup. `frame.typ` holds what all reports share: language, face, heading,
footer, tables. PDF/UA-1 is asked for: a template without a title or an alternative text is an error, no file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

TEMPLATES = Path(__file__).parent
# The design system ships its face for print too, and `frontend.py` puts it here. No font of the machine is
# used: a file looks alike wherever it is made.
FONTS = Path(settings.BASE_DIR) / "static" / "build" / "fonts"
# What these fonts and those inside typst can show; PDF/UA refuses a file with any other sign.
NOT_SHOWN = re.compile(
    "[^\\n\\t\u0020-\u007e\u00a0-\u036f\u0384-\u038a\u0391-\u03a1\u03a3-\u04ff\u1e00-\u1eff\u2000-\u2040"
    "\u20a0-\u20c0\u2100-\u211e\u2190-\u23ff\u2460-\u2606]"
)


def draw(template: Path, values: dict[str, Any], *, made_on: date) -> bytes:
    """The same template, values and day give the same bytes. Templates import `/roles/printing/frame.typ`."""
    pdf = typst.compile(
        template,
        root=settings.BASE_DIR,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(shown(values), ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(made_on, time(), tzinfo=UTC),
        format="pdf",
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst answered with pages, not with one file")
    return pdf


def shown(value: Any) -> Any:
    """The values with a hollow square for every sign that no font has."""
    if isinstance(value, str):
        return NOT_SHOWN.sub("\N{WHITE SQUARE}", unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {name: shown(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [shown(each) for each in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    """Read once per process: the folder is searched each time otherwise."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
