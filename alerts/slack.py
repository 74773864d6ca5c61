"""The way to Slack: posts a parcel once, finds again what arrived."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RateLimitErrorRetryHandler, RetryState
from slack_sdk.web import SlackResponse

from alerts.blocks import keys_of, payload
from alerts.errors import InDoubtError, NotSentError, SendError
from alerts.parcel import Parcel

TIMEOUT = 20  # seconds
PATIENCE = timedelta(seconds=30)
MARGIN = timedelta(minutes=5)

REFUSALS = {
    "channel_not_found": "Slack ne trouve pas le canal {channel}\u00a0: vérifier son nom dans "
    "channels.toml, puis y inviter Vigie (/invite).",
    "not_in_channel": "Vigie n’est pas membre du canal {channel}\u00a0: l’y inviter (/invite).",
    "is_archived": "Le canal {channel} est archivé\u00a0: le rouvrir, ou en nommer un autre dans "
    "channels.toml.",
    "invalid_auth": "Slack refuse le jeton\u00a0: le remplacer dans VIGIE_SLACK_BOT_TOKEN.",
    "token_revoked": "Le jeton de Slack a été révoqué\u00a0: en donner un autre dans "
    "VIGIE_SLACK_BOT_TOKEN.",
    "account_inactive": "Le compte de Vigie dans Slack est désactivé\u00a0: réinstaller "
    "l’application.",
    "missing_scope": "Il manque un droit à l’application Slack (chat:write, channels:history, "
    "channels:read)\u00a0: l’ajouter, puis réinstaller l’application.",
    "invalid_blocks": "Slack refuse la forme du message\u00a0: le signaler aux responsables de "
    "Vigie.",
    "msg_blocks_too_long": "Slack trouve le message trop long\u00a0: le signaler aux responsables "
    "de Vigie.",
}
REFUSED = "Slack refuse le message (code {code})\u00a0: chercher ce code dans l’aide de Slack."
LATER = "Slack demande d’attendre\u00a0: Vigie réessaiera d’elle-même."
AWAY = "Slack ne répond pas\u00a0: Vigie réessaiera d’elle-même."
BROKEN = "Slack n’a pas confirmé l’envoi\u00a0: Vigie regardera dans le canal avant de réessayer."
# The codes by which Slack says that it stopped half-way: the message may be there.
HALF_WAY = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
CODE = re.compile(r"[a-z][a-z0-9_]{0,60}")

# The library would log whole answers, which may quote the request: what went wrong is said by us.
_mute = logging.getLogger(f"{__name__}.library")
_mute.setLevel(logging.CRITICAL)


class SlackSender:
    """Posts parcels to one channel, and finds again those that arrived."""

    def __init__(self, channel: str, token: str, url: str) -> None:
        self.channel = channel
        # Only a 429 is tried again on the spot: surely nothing was posted. After a broken line or
        # a time-out the message may be there, and Slack would take it a second time.
        self._client = WebClient(
            token=token,
            base_url=url,
            timeout=TIMEOUT,
            retry_handlers=[_ShortWait(1)],
            logger=_mute,
        )

    def send(self, parcel: Parcel) -> str:
        """Post the parcel; give "channel/ts". Raises NotSentError or InDoubtError."""
        body = payload(parcel, self.channel)
        answer = self._ask(lambda: self._client.api_call("chat.postMessage", json=body))
        return f"{answer.get('channel', self.channel)}/{answer.get('ts', '')}"

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, str]:
        """Give the receipts of those alerts that the channel shows since then.

        Raises SendError when the channel cannot be read: nothing is known then.
        """
        channel = self._channel_id()
        return {
            key: f"{channel}/{message['ts']}"
            for message in self._history(channel, since)
            for key in keys_of(message)
            if key in keys
        }

    def _history(self, channel: str, since: datetime) -> Iterator[Any]:
        # The first page is read whatever its dates: the clock of a replay is not that of Slack.
        oldest = (since - MARGIN).timestamp()
        for page in self._pages(
            lambda cursor: self._client.conversations_history(
                channel=channel, include_all_metadata=True, limit=200, cursor=cursor
            )
        ):
            yield from page["messages"]
            if not page["messages"] or float(page["messages"][-1]["ts"]) < oldest:
                return

    def _channel_id(self) -> str:
        """Give the id of the channel: reading one takes its id, posting takes a name too."""
        if re.fullmatch(r"[CGD][A-Z0-9]{6,}", self.channel):
            return self.channel
        for page in self._pages(
            lambda cursor: self._client.conversations_list(
                exclude_archived=True, limit=1000, cursor=cursor
            )
        ):
            for one in page["channels"]:
                if one["name"] == self.channel.removeprefix("#"):
                    return str(one["id"])
        raise NotSentError(REFUSALS["channel_not_found"].format(channel=self.channel))

    def _pages(self, call: Callable[[str | None], SlackResponse]) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._ask(lambda at=cursor: call(at))  # type: ignore[misc]
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _ask(self, call: Callable[[], SlackResponse]) -> dict[str, Any]:
        """Call Slack; give its answer, or say what is known of the message without any secret."""
        try:
            answer = call()
        except SlackApiError as error:
            raise _refusal(error.response, self.channel) from None
        except (URLError, SlackRequestError):
            # The request never left whole: Slack cannot have read it.
            raise NotSentError(AWAY) from None
        except (OSError, HTTPException):
            raise InDoubtError(BROKEN) from None
        return answer.data if isinstance(answer.data, dict) else {}


class _ShortWait(RateLimitErrorRetryHandler):
    """Waits when Slack asks for a few seconds; a longer wait is the outbox's."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        wait = _wait({name: values[0] for name, values in response.headers.items()})
        return wait is not None and wait <= PATIENCE


def _refusal(response: Any, channel: str) -> SendError:
    """Say in words what Slack answered; its own text may quote the request: never repeated."""
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", ""))
    if response.status_code == 429:
        return NotSentError(LATER, wait=_wait(response.headers))
    if response.status_code >= 500 or code in HALF_WAY or not CODE.fullmatch(code):
        return InDoubtError(BROKEN)
    return NotSentError(REFUSALS.get(code, REFUSED).format(channel=channel, code=code))


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """Read how long to wait, in whole seconds; None when it is not said so."""
    said = next((v for name, v in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(said)) if said.isdecimal() else None
