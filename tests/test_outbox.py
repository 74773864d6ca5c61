"""Said once, sent once: whatever dies, nothing is lost and nothing is told twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from alerts.blocks import payload
from alerts.channels import Channel
from alerts.errors import InDoubtError, NotSentError
from alerts.files import FileSender
from alerts.message import Message
from alerts.outbox import deliver, parcels, put
from alerts.parcel import Parcel
from alerts.rules import Level
from alerts.slack import SlackSender
from pipeline.database import Store
from pipeline.model import Alert
from tests.slack_stub import SlackStub
from tests.telling import NOW, told

SLACK = {"slack": Channel("slack", "#vigie", Level.NOTE)}
HOUR = timedelta(hours=1)


class Memory:
    """A way out that remembers, and fails as it is told: an error to raise at each send."""

    def __init__(self, *errors: Exception | None, blind: bool = False) -> None:
        self.errors = list(errors)
        self.blind = blind
        self.sent: list[Parcel] = []

    @property
    def counts(self) -> Counter[str]:
        return Counter(key for parcel in self.sent for key in parcel.keys)

    def send(self, parcel: Parcel) -> str:
        error = self.errors.pop(0) if self.errors else None
        if not isinstance(error, NotSentError):
            self.sent.append(parcel)
        if error:
            raise error
        return f"r{len(self.sent)}"

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, str]:
        if self.blind:
            raise NotSentError("Le canal ne se lit pas.")
        return {key: "found" for parcel in self.sent for key in parcel.keys if key in keys}


def alerts(store: Store) -> list[Alert]:
    with store.reading() as session:
        return list(session.scalars(select(Alert).order_by(Alert.id)))


def keep(store: Store, n: int, level: Level = Level.WATCH) -> None:
    put(store, [told(i, level) for i in range(1, n + 1)], SLACK, NOW)


def test_what_is_decided_twice_is_kept_once(store: Store) -> None:
    assert len(put(store, [told(1), told(2)], SLACK, NOW)) == 2
    assert put(store, [told(2), told(1)], SLACK, NOW + HOUR) == []
    assert [row.key for row in alerts(store)] == [told(n).decision.key for n in (1, 2)]


def test_a_row_holds_all_that_was_decided_and_said(store: Store) -> None:
    one = told(1, Level.ACT)
    put(store, [one], SLACK, NOW)
    row = alerts(store)[0]
    assert (row.kind, row.level, row.channel) == ("bill-stage", "act", "slack")
    assert (row.subject, row.reason) == (one.message.title, one.message.summary)
    assert (row.themes, row.created_at, row.due_at) == (["services-educatifs"], NOW, NOW)
    assert Message.from_json(row.message) == one.message


def test_a_channel_hears_only_from_its_level(store: Store) -> None:
    channels = SLACK | {"urgent": Channel("urgent", "#urgent", Level.ACT)}
    put(store, [told(1, Level.WATCH), told(2, Level.ACT)], channels, NOW)
    assert Counter(row.channel for row in alerts(store)) == {"slack": 2, "urgent": 1}


def test_what_is_due_is_sent_once(store: Store) -> None:
    keep(store, 2)
    out = Memory()
    done = deliver(store, {"slack": out}, NOW)
    assert [one.receipt for one in done] == ["r1", "r2"]
    assert deliver(store, {"slack": out}, NOW + HOUR) == []
    row = alerts(store)[0]
    assert (row.sent_at, row.receipt, row.attempts, row.error) == (NOW, "r1", 1, "")


def test_what_is_not_due_waits(store: Store) -> None:
    put(store, [told(1, due_at=NOW + HOUR)], SLACK, NOW)
    out = Memory()
    assert deliver(store, {"slack": out}, NOW) == []
    assert len(deliver(store, {"slack": out}, NOW + HOUR)) == 1


def test_an_alert_that_fails_is_kept_with_its_reason_and_the_others_go(store: Store) -> None:
    keep(store, 3)
    out = Memory(None, NotSentError("Slack refuse la forme."))
    done = deliver(store, {"slack": out}, NOW)
    assert [one.error for one in done] == ["", "Slack refuse la forme.", ""]
    row = alerts(store)[1]
    assert (row.sent_at, row.claimed_at, row.attempts) == (None, None, 1)
    assert (row.error, row.due_at) == ("Slack refuse la forme.", NOW + timedelta(minutes=2))
    assert "en attente" in done[1].line()


def test_each_failure_waits_longer_up_to_six_hours(store: Store) -> None:
    keep(store, 1)
    waits = []
    now = NOW
    for _ in range(12):
        deliver(store, {"slack": Memory(NotSentError("non"))}, now)
        due = alerts(store)[0].due_at
        waits.append(due - now)
        now = due
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=2), timedelta(hours=6))
    deliver(store, {"slack": Memory()}, now)
    assert alerts(store)[0].error == ""


def test_a_channel_that_asks_to_wait_is_left_alone_and_nothing_is_lost(store: Store) -> None:
    keep(store, 3)
    out = Memory(NotSentError("attendre", wait=HOUR))
    assert len(deliver(store, {"slack": out}, NOW)) == 1
    assert [row.attempts for row in alerts(store)] == [1, 0, 0]
    assert alerts(store)[0].due_at == NOW + HOUR
    deliver(store, {"slack": out}, NOW + HOUR)
    assert all(row.sent_at for row in alerts(store))


def test_a_doubtful_alert_that_arrived_is_not_sent_again(store: Store) -> None:
    keep(store, 1)
    out = Memory(InDoubtError("rompu"))
    assert deliver(store, {"slack": out}, NOW)[0].error == "rompu"
    assert alerts(store)[0].claimed_at == NOW
    assert deliver(store, {"slack": out}, NOW + HOUR)[0].receipt == "found"
    row = alerts(store)[0]
    assert (row.sent_at, row.receipt, row.error, row.attempts) == (NOW, "found", "", 1)
    assert len(out.sent) == 1


def test_a_doubtful_alert_that_did_not_arrive_is_sent(store: Store) -> None:
    keep(store, 1)
    out = Memory(InDoubtError("rompu"))
    deliver(store, {"slack": out}, NOW)
    out.sent.clear()
    deliver(store, {"slack": out}, NOW + HOUR)
    assert (len(out.sent), alerts(store)[0].attempts) == (1, 2)


def test_while_nobody_can_look_a_doubtful_alert_stays_and_the_others_go(store: Store) -> None:
    keep(store, 2)
    out = Memory(InDoubtError("rompu"), NotSentError("non"), blind=True)
    deliver(store, {"slack": out}, NOW)
    deliver(store, {"slack": out}, NOW + HOUR)
    first, second = alerts(store)
    assert (first.sent_at, first.claimed_at, first.error) == (None, NOW, "Le canal ne se lit pas.")
    assert second.sent_at == NOW + HOUR
    assert len(out.sent) == 2


def test_many_alerts_make_six_messages_and_none_is_left_out(store: Store) -> None:
    keep(store, 20, Level.NOTE)
    put(store, [told(99, Level.ACT)], SLACK, NOW)
    out = Memory()
    done = deliver(store, {"slack": out}, NOW)
    assert len(done) == 6
    assert out.sent[0].keys == (told(99).decision.key,)
    assert out.counts == Counter(row.key for row in alerts(store))
    group = out.sent[-1].message
    assert group.title == "16 autres alertes"
    assert [line.text for section in group.sections for line in section.lines] == [
        told(n).message.title for n in range(5, 21)
    ]
    assert all(row.sent_at == NOW for row in alerts(store))


def test_a_group_in_doubt_is_found_by_each_of_its_alerts(store: Store) -> None:
    keep(store, 8)
    out = Memory(*[None] * 5, InDoubtError("rompu"))
    deliver(store, {"slack": out}, NOW)
    deliver(store, {"slack": out}, NOW + HOUR)
    assert all(row.sent_at for row in alerts(store))
    assert set(out.counts.values()) == {1}


def test_every_alert_of_a_huge_day_is_shown_in_a_message_that_slack_takes(store: Store) -> None:
    wide = Message("🧸<&" * 300, "<!channel>&" * 100, url="https://qc.test/" + "x" * 900)
    put(store, [told(n, message=wide) for n in range(120)], SLACK, NOW)
    for parcel in parcels(alerts(store)):
        text = json.dumps(payload(parcel, "#vigie")["blocks"], ensure_ascii=False)
        assert "raccourci" not in text
        assert len(text) < 12_000


def test_two_deliverers_at_once_send_each_alert_once(store: Store, database_url: str) -> None:
    keep(store, 5)
    out, start = Memory(), Barrier(2)

    def run() -> None:
        mine = Store(database_url)
        start.wait()
        deliver(mine, {"slack": out}, NOW)
        mine.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(out.counts.values()) == {1}
    assert len(out.counts) == 5


@pytest.mark.parametrize("mood", ["ok", "reset", "lost", "500", "slow", "rate", "invalid_blocks"])
def test_whatever_slack_does_each_alert_is_shown_once(store: Store, mood: str) -> None:
    keep(store, 3)
    with SlackStub((mood, mood), retry_after="90") as slack:
        senders = {"slack": SlackSender("#vigie", "xoxb-x", slack.url)}
        for hours in range(4):
            deliver(store, senders, NOW + hours * HOUR)
        assert slack.posts == Counter(row.key for row in alerts(store))
    assert all(row.sent_at and not row.error for row in alerts(store))


KILLED = """
import os, signal, sys
from datetime import datetime
from alerts import outbox
from alerts.slack import SlackSender
from pipeline.database import Store

url, slack, moment, now = sys.argv[1:]

class Killed(SlackSender):
    def send(self, parcel):
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().send(parcel)
        os.kill(os.getpid(), signal.SIGKILL)

outbox.deliver(
    Store(url), {"slack": Killed("#vigie", "xoxb-x", slack)}, datetime.fromisoformat(now)
)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_deliverer_killed_around_a_send_loses_and_repeats_nothing(
    store: Store, database_url: str, moment: str
) -> None:
    keep(store, 2)
    with SlackStub() as slack:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, database_url, slack.url, moment, NOW.isoformat()],
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        assert killed.returncode == -signal.SIGKILL
        assert alerts(store)[0].claimed_at == NOW
        deliver(store, {"slack": SlackSender("#vigie", "xoxb-x", slack.url)}, NOW)
        assert slack.posts == Counter(row.key for row in alerts(store))
    assert all(row.sent_at for row in alerts(store))


def test_without_an_account_files_hold_what_slack_would_get(store: Store, tmp_path: Path) -> None:
    keep(store, 1)
    outbox = tmp_path / "outbox"
    done = deliver(store, {"slack": FileSender(outbox, "#vigie")}, NOW)
    written = list(outbox.iterdir())
    assert [path.name for path in written] == [done[0].receipt]
    assert written[0].name.startswith("20310311T143000Z-")
    said = json.loads(written[0].read_text(encoding="utf-8"))
    assert said == payload(Parcel((told(1).decision.key,), told(1).message, NOW), "#vigie")


def test_a_file_in_doubt_is_looked_for_in_the_folder(store: Store, tmp_path: Path) -> None:
    keep(store, 2)
    out = FileSender(tmp_path, "#vigie")
    with store.session() as session:
        for row in session.scalars(select(Alert)):
            row.claimed_at = NOW
    out.send(Parcel((told(1).decision.key,), told(1).message, NOW))
    deliver(store, {"slack": out}, NOW)
    assert len(list(tmp_path.glob("*.json"))) == 2
    assert [row.attempts for row in alerts(store)] == [0, 1]


def test_other_files_of_the_folder_are_left_alone_and_broken_ones_named(tmp_path: Path) -> None:
    out = FileSender(tmp_path, "#vigie")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert out.find({"x"}, NOW) == {}
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(NotSentError, match=r"broken\.json"):
        out.find({"x"}, NOW)


def test_a_folder_that_takes_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands here", encoding="utf-8")
    one = replace(told(1).decision)
    with pytest.raises(NotSentError, match="outbox"):
        FileSender(tmp_path / "outbox", "#vigie").send(Parcel((one.key,), told(1).message, NOW))
