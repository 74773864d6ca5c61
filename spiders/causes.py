"""Why there is no answer: the code of the issue for what Scrapy raised."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
)

from spiders.errors import SpiderError
from spiders.robots import RobotsForbidError, RobotsUnreachableError
from spiders.tls import CertificateRefusedError

CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (RobotsForbidError, "robots"),
    (RobotsUnreachableError, "robots-unreachable"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "refused"),
    (CannotResolveHostError, "no-host"),
    (DownloadCancelledError, "too-large"),
    (NotSupported, "bad-address"),
)
# Scrapy tells these by their words alone.
WORDS = {
    "DOWNLOAD_MAXSIZE": "too-large",
    "max redirections": "redirects",
}


def cause(error: BaseException) -> str:
    """Give the code of a failed request; `broken` when the connection ended without a reason."""
    if isinstance(error, SpiderError):
        return error.code
    if isinstance(error, RobotsUnreachableError) and error.__cause__:
        return cause(error.__cause__)  # a host that is down is down: robots.txt was the first asked
    for reason in getattr(error.__cause__, "reasons", ()):
        if isinstance(reason.value, CertificateRefusedError):
            return reason.value.code
    for kind, code in CAUSES:
        if isinstance(error, kind):
            return code
    for words, code in WORDS.items():
        if words in str(error):
            return code
    return "ignored" if isinstance(error, IgnoreRequest) else "broken"
