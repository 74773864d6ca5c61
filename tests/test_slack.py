"""What Slack receives is what it accepts, obeys no title, and is posted once."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.blocks import blocks, payload, safe, units
from alerts.errors import InDoubtError, NotSentError
from alerts.message import Line, Message, Section
from alerts.parcel import Parcel
from alerts.slack import SlackSender
from tests.slack_stub import SlackStub
from tests.telling import NOW, told

HOSTILE = (
    "<!channel> urgent",
    "<@U123> & *gras* _it_ ~barré~ `code`",
    "<http://mal.test|cliquez>",
    "a|b > c",
    "ligne\nsuivante\u2028puis\x00rien\u202eenvers",
    "&lt;!here&gt;",
    "🧸" * 400,
)
TOKEN = "xoxb-1-secret"


@pytest.fixture
def slack() -> Iterator[SlackStub]:
    with SlackStub() as stub:
        yield stub


def sender(slack: SlackStub) -> SlackSender:
    return SlackSender("#vigie", TOKEN, slack.url)


def parcel(n: int = 1, message: Message | None = None) -> Parcel:
    one = told(n, message=message)
    return Parcel((one.decision.key,), one.message, NOW)


def texts(message: Message) -> list[str]:
    return [
        text["text"]
        for block in blocks(message)
        for text in [block.get("text") or block["elements"][0]]
    ]


def long_message(lines: int, words: str) -> Message:
    line = Line(words, "https://news.test/" + "x" * 900, words)
    return Message(words, words, (Section(words, (line,) * lines),), footer=(words,) * 3)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_title_commands_nothing(words: str) -> None:
    message = long_message(2, words)
    for text in texts(message)[1:]:
        assert "<!" not in text
        assert "<@" not in text
        assert text.count("<") == text.count("<https://news.test/")
        for link in text.split("<https://")[1:]:
            assert link.partition(">")[0].count("|") == 1


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("lines", [0, 1, 3, 60])
def test_any_message_is_within_the_limits_of_slack(words: str, lines: int) -> None:
    made = blocks(long_message(lines, words * 5))
    assert 1 <= len(made) <= 50
    assert units(json.dumps(made, ensure_ascii=False)) < 12_000
    assert made[0]["text"]["type"] == "plain_text"
    assert 1 <= units(made[0]["text"]["text"]) <= 150
    for block in made[1:]:
        text = block.get("text") or block["elements"][0]
        assert 1 <= units(text["text"]) <= 3000
        assert text["verbatim"] is True


def test_a_message_too_long_says_that_it_was_shortened() -> None:
    assert any("raccourci" in text for text in texts(long_message(60, "mot " * 200)))
    assert not any("raccourci" in text for text in texts(long_message(1, "mot")))


def test_words_keep_their_letters_when_they_lose_their_effect() -> None:
    assert safe("L’aide *sociale* & <b>", 100) == "L’aide ∗sociale∗ &amp; &lt;b&gt;"


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
def test_a_cut_text_never_ends_inside_an_escape_or_a_pair(limit: int) -> None:
    cut = safe("&🧸&🧸&", limit)
    assert units(cut) <= limit
    assert cut.removesuffix("…") in ("", "&amp;", "&amp;🧸")
    cut.encode()


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    line = Line("Ouvrir", "javascript:alert(1)")
    assert "javascript" not in json.dumps(blocks(Message("T", "S", (Section("", (line,)),))))


def test_the_words_are_there_for_those_who_see_no_blocks() -> None:
    asked = payload(parcel(), "#vigie")
    assert asked["text"].startswith("Adoption – Projet de loi n° 1")
    assert units(payload(parcel(1, long_message(60, "mot " * 90)), "#vigie")["text"]) <= 3000


def test_a_parcel_is_posted_with_its_mark(slack: SlackStub) -> None:
    receipt = sender(slack).send(parcel())
    posted = slack.messages[0]
    assert receipt == f"C0VIGIE00/{posted['ts']}"
    assert posted["channel"] == "#vigie"
    assert posted["metadata"] == {
        "event_type": "vigie_alert",
        "event_payload": {
            "id": "bill:qc/43-1/1|stage|passage",
            "alerts": ["bill:qc/43-1/1|stage|passage"],
        },
    }
    assert slack.tokens == {TOKEN}


def test_a_short_wait_asked_by_slack_is_waited_for() -> None:
    with SlackStub(("rate",), retry_after="0") as slack:
        assert sender(slack).send(parcel())
        assert (slack.calls["chat.postMessage"], len(slack.messages)) == (2, 1)


def test_a_long_wait_asked_by_slack_is_left_to_the_outbox() -> None:
    with SlackStub(("rate",), retry_after="600") as slack:
        with pytest.raises(NotSentError, match="attendre") as raised:
            sender(slack).send(parcel())
        assert raised.value.wait == timedelta(minutes=10)
        assert slack.calls["chat.postMessage"] == 1


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("invalid_blocks", "refuse la forme"),
        ("channel_not_found", "canal #vigie"),
        ("invalid_auth", "VIGIE_SLACK_BOT_TOKEN"),
        ("some_new_code", "some_new_code"),
    ],
)
def test_a_refusal_is_said_with_what_to_do(mood: str, said: str) -> None:
    with SlackStub((mood,)) as slack, pytest.raises(NotSentError, match=said):
        sender(slack).send(parcel())


@pytest.mark.parametrize("mood", ["reset", "lost", "500", "slow", "fatal_error", "<html> xoxb"])
def test_an_answer_that_proves_nothing_leaves_a_doubt_and_posts_nothing_more(mood: str) -> None:
    with SlackStub((mood,)) as slack:
        with pytest.raises(InDoubtError, match="regardera"):
            sender(slack).send(parcel())
        assert slack.calls["chat.postMessage"] == 1


def test_a_slack_that_is_away_leaves_no_doubt() -> None:
    with SlackStub() as slack:
        away = sender(slack)
    with pytest.raises(NotSentError, match="ne répond pas"):
        away.send(parcel())


def test_what_arrived_is_found_again_and_only_that(slack: SlackStub) -> None:
    out = sender(slack)
    receipt = out.send(parcel(1))
    keys = {parcel(1).id, parcel(2).id}
    assert out.find(keys, NOW) == {parcel(1).id: receipt}


def test_a_message_is_found_pages_back() -> None:
    with SlackStub(page=2) as slack:
        out = sender(slack)
        receipt = out.send(parcel(1))
        for n in range(2, 8):
            out.send(parcel(n))
        assert out.find({parcel(1).id}, NOW - timedelta(days=9999)) == {parcel(1).id: receipt}


def test_the_looking_stops_where_the_messages_are_older() -> None:
    with SlackStub(page=2) as slack:
        out = sender(slack)
        for n in range(1, 8):
            out.send(parcel(n))
        assert out.find({parcel(1).id}, NOW + timedelta(days=365)) == {}
        assert slack.calls["conversations.history"] == 1


def test_a_channel_that_cannot_be_named_is_said(slack: SlackStub) -> None:
    with pytest.raises(NotSentError, match="#ailleurs"):
        SlackSender("#ailleurs", TOKEN, slack.url).find({"x"}, NOW)


@pytest.mark.parametrize("mood", ["invalid_auth", "reset", "500", "xoxb-1-secret"])
def test_the_token_is_in_no_error_and_no_log(
    mood: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with SlackStub((mood,)) as slack, pytest.raises((NotSentError, InDoubtError)) as raised:
        sender(slack).send(parcel())
    assert "secret" not in str(raised.value) + caplog.text + "".join(capfd.readouterr())
