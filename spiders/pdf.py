"""The words of a PDF, page after page."""

from __future__ import annotations

from io import BytesIO
from itertools import islice

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from spiders.errors import PageChangedError

PAGES = 12  # a notice stands at the head of its file: the rest is what it announces
# What pypdf 6 lets through from a file that is cut, or that only calls itself a PDF.
FAULTS = (
    *(PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError),
    *(NotImplementedError, OSError, RecursionError, TypeError, ValueError),
)


def pdf_text(body: bytes, url: str, pages: int = PAGES) -> str:
    """Give the words of the first pages of a PDF, its lines as they are laid out.

    One that forbids to change it, with no password to open it, is read too. Raises
    PageChangedError, with the address, for what is no PDF, is locked, or holds no words.
    """
    try:
        reader = PdfReader(BytesIO(body))
        words = "\n".join(page.extract_text() for page in islice(reader.pages, pages))
    except FAULTS as error:
        raise PageChangedError(url, f"a PDF ({type(error).__name__})", 0) from error
    if not words.strip():
        raise PageChangedError(url, "words in a PDF", 0)
    return words
