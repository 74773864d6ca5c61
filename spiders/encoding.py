"""The bytes that publishers send, as text: labels lie, letters get cut in two or encoded twice."""

from __future__ import annotations

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

UNMARKED = {  # how "<" begins, or "<?xm" in the last one, where nothing names the encoding
    b"\0\0\0<": "utf-32-be",
    b"<\0\0\0": "utf-32-le",
    b"\0<": "utf-16-be",
    b"<\0": "utf-16-le",
    b"Lo\xa7\x94": "cp037",
}
NO_CHARSETS = {  # names that Python knows, of codecs that are for something else, or slow
    *("base64", "bz2", "hex", "quopri", "rot13", "rot-13", "uu", "zlib"),
    *("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"),
}
TWICE = re.compile(
    "[ÂÃÄÅâð](?:(?<=[ÂÃÄÅ])[\x80-\xbf\u0152-\u2122]|(?<=[âð])[\x80\x9f€Ÿ])"
)  # é as Ã©, ’ as â€™
SENSIBLE = re.compile("[\\s!-~\xa0-\u017f\u2010-\u2bff\ufe0f\U0001f000-\U0001faff]*")


def decode(body: bytes, content_type: str = "") -> str:
    """Give the body as text, always: a label is believed when the bytes agree with it.

    In order: the mark at its start, the charset of `content_type`, the one that the body declares,
    UTF-8, windows-1252. What no reading explains becomes U+FFFD.
    """
    bom, mark = read_bom(body)
    bom = bom or next((name for start, name in UNMARKED.items() if body.startswith(start)), None)
    if bom:
        return body[len(mark or b"") :].decode(bom, "replace")
    labels = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    said = [label for label in labels if label and label not in NO_CHARSETS]
    # "Latin-1" is the commonest lie, and hardly refuses a byte: UTF-8, which does, is tried first.
    for label in sorted((*said, "utf-8"), key="cp1252".__eq__):
        try:
            return body.decode(label)
        except UnicodeError:
            continue
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 20 < len(text) - len(text.encode("ascii", "ignore")):
        return text  # UTF-8, with a letter or two cut in half
    return body.decode(next((label for label in said if label != "utf-8"), "cp1252"), "replace")


def repaired(text: str) -> str:
    """Undo UTF-8 encoded twice, where all that is not ASCII tells of it and makes sense then."""
    if not TWICE.search(text):
        return text
    try:
        once = bytes(map(_byte, text)).decode("utf-8")
    except ValueError:
        return text
    return once if SENSIBLE.fullmatch(once) else text


def _byte(sign: str) -> int:
    return ord(sign) if sign < "\u0100" else sign.encode("cp1252")[0]
