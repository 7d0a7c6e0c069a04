"""Answers that are files."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

OPEN_XML = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": f"{OPEN_XML}.spreadsheetml.sheet",
    "docx": f"{OPEN_XML}.wordprocessingml.document",
    "json": "application/json",
}


def attached(content: bytes, name: str) -> HttpResponse:
    """The file for the reader to keep; what it is follows from the end of its name."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
