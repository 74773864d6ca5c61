"""Pictures in a letter: kept inside its page, sent beside it.

A page that holds its pictures (data:) can be kept and opened as it is; mail programs show none of
these. Each is sent as a part of the letter, which the page names (cid:).
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping

# No words can look like this: in a text < is written otherwise, in an attribute " is.
HELD = re.compile(r'(<img(?: [a-z]+="[^"]*")*? src=")data:image/png;base64,([A-Za-z0-9+/=]+)(?=")')


def held(picture: bytes) -> str:
    """Give a PNG as an address that holds it."""
    return f"data:image/png;base64,{b64encode(picture).decode()}"


def parted(page: str) -> tuple[str, Mapping[str, bytes]]:
    """Take the pictures out of a page: it names each by what it is, the same once."""
    pictures: dict[str, bytes] = {}

    def name(found: re.Match[str]) -> str:
        picture = b64decode(found[2])
        id_ = f"{hashlib.sha256(picture).hexdigest()[:16]}@vigie"
        pictures[id_] = picture
        return f"{found[1]}cid:{id_}"

    return HELD.sub(name, page), pictures
