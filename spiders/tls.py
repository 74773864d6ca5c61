"""HTTPS, believed on the word of the system's own store of authorities, and told why it is not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import truststore
from OpenSSL import SSL, crypto
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

INVALID = "certificate"
INCOMPLETE = "incomplete-chain"
# By OpenSSL's number of what is wrong; the store of another system may have its own.
CODES = {9: "expired-certificate", 10: "expired-certificate", 62: "other-host", 64: "other-host"}
ISSUER_UNKNOWN = (20, 21)


class CertificateRefusedError(SSL.Error):
    """The certificate of a host proves nothing; `code` is that of the issue that says why."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__([("SSL routines", "", words)])
        self.code = code


class TrustingHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https, with the system's trust in place of its own."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory: Any = SystemTrust()


@cache
def _context() -> truststore.SSLContext:
    """Give what all crawlers of a process trust: to read it again for each takes them longer."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@implementer(IPolicyForHTTPS)
class SystemTrust:
    """Verifies every host by the system's store: that of a company's proxy is in it too."""

    def __init__(self) -> None:
        self.context = _context()

    def creatorForNetloc(self, hostname: bytes, port: int) -> Greeting:  # noqa: N802 - Twisted's
        """Give who opens connections to a host."""
        return Greeting(self.context, hostname.decode("ascii"))


@implementer(IOpenSSLClientConnectionCreator)
class Greeting:
    """Opens TLS connections to one host."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self.context, self.host = context, host

    def clientConnectionForTLS(self, protocol: Any) -> Conversation:  # noqa: N802 - Twisted's
        """Give a connection that has yet to say a word."""
        return Conversation(self.context, self.host)


class Conversation:
    """The standard library's TLS under the names that Twisted calls: it only knows pyOpenSSL's."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._heard, self._said = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._heard, self._said, server_hostname=host)

    def set_connect_state(self) -> None:
        """Do nothing: it is a client's from the first."""

    def set_app_data(self, protocol: Any) -> None:
        """Do nothing: no callback of ours needs the protocol."""

    def bio_write(self, data: bytes) -> int:
        """Take what came over the wire."""
        return self._heard.write(data)

    def bio_read(self, size: int) -> bytes:
        """Give what is to go over the wire. Raises WantReadError when there is nothing."""
        if data := self._said.read(size):
            return data
        raise SSL.WantReadError

    def bio_shutdown(self) -> None:
        """Hear that the wire is cut."""
        self._heard.write_eof()

    def do_handshake(self) -> None:
        """Agree with the host, once it has proved who it is. Raises CertificateRefusedError."""
        with self._as_openssl():
            self._tls.do_handshake()

    def send(self, data: bytes) -> int:
        """Say something; give how much of it was taken."""
        with self._as_openssl():
            return self._tls.write(data)

    def recv(self, size: int) -> bytes:
        """Give what the host says. Raises ZeroReturnError when it has said goodbye."""
        with self._as_openssl():
            if data := self._tls.read(size):
                return data
        raise SSL.ZeroReturnError

    def shutdown(self) -> bool:
        """Say goodbye; tell whether the host has too."""
        try:
            with self._as_openssl():
                self._tls.unwrap()
        except SSL.WantReadError:
            return False
        return True

    def get_peer_certificate(self) -> crypto.X509 | None:
        """Give the certificate of the host."""
        der = self._tls.getpeercert(binary_form=True)
        return crypto.load_certificate(crypto.FILETYPE_ASN1, der) if der else None

    @contextmanager
    def _as_openssl(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLWantReadError:
            raise SSL.WantReadError from None
        except ssl.SSLZeroReturnError:
            raise SSL.ZeroReturnError from None
        except ssl.SSLEOFError:
            raise SSL.SysCallError(-1, "Unexpected EOF") from None
        except ssl.SSLCertVerificationError as error:
            raise CertificateRefusedError(self._why(error), error.verify_message) from error
        except ssl.SSLError as error:
            raise SSL.Error([("SSL routines", "", str(error))]) from error

    def _why(self, error: ssl.SSLCertVerificationError) -> str:
        if error.verify_code in ISSUER_UNKNOWN and len(self._chain()) == 1:
            return INCOMPLETE  # it came alone, and nobody here knows who signed it
        return CODES.get(error.verify_code, INVALID)

    def _chain(self) -> list[Any]:
        # Public since Python 3.13; truststore itself asks so before.
        tls: Any = self._tls
        ask = getattr(tls, "get_unverified_chain", None) or tls._sslobj.get_unverified_chain
        return list(ask() or ())
