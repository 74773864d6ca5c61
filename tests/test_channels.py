"""Who hears what, where: a wrong table is refused by the name of what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.channels import Channel, read_channels, senders
from alerts.errors import ChannelsError
from alerts.files import FileSender
from alerts.rules import Level, Subject
from alerts.slack import SlackSender


def write(folder: Path, text: str) -> Path:
    path = folder / "channels.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_table_tells_the_team_what_matters_and_the_operator_of_the_sources() -> None:
    assert read_channels() == {
        "slack": Channel("slack", "#vigie", Level.WATCH),
        "operator": Channel("operator", "#vigie-technique", Level.NOTE, Subject.SOURCES),
    }


def test_a_channel_hears_of_one_subject_only() -> None:
    team, operator = read_channels().values()
    assert [team.hears(Level.ACT, subject) for subject in Subject] == [True, False]
    assert [operator.hears(Level.NOTE, subject) for subject in Subject] == [False, True]


def test_a_table_of_ones_own_may_name_several_channels(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[urgent]\nchannel = "C0123456"\nfrom = "act"\n[tout]\nchannel = "#tout"\nfrom = "note"\n',
    )
    assert list(read_channels(path)) == ["urgent", "tout"]


@pytest.mark.parametrize(("lowest", "heard"), [("note", 3), ("watch", 2), ("act", 1)])
def test_a_channel_hears_its_level_and_those_above(lowest: str, heard: int) -> None:
    channel = Channel("slack", "#vigie", Level(lowest))
    assert sum(channel.hears(level) for level in Level) == heard


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[slack", "channels.toml: "),
        ("", "no channel"),
        ("slack = 3", "[slack]: a channel is a block"),
        (
            '[slack]\nchanel = "#x"',
            "[slack]: unknown setting 'chanel'; allowed: channel, from, hears",
        ),
        ('[slack]\nfrom = "note"', "[slack]: channel = None"),
        ('[slack]\nchannel = "vigie"\nfrom = "note"', "[slack]: channel = 'vigie'"),
        (
            '[slack]\nchannel = "#x"\nfrom = "all"',
            "[slack]: from = 'all'; allowed: act, watch, note",
        ),
        ('[slack]\nchannel = "#x"', "[slack]: from = None"),
        ('[slack]\nchannel = "#x"\nfrom = []', "[slack]: from = []"),
        (
            '[slack]\nchannel = "#x"\nhears = "gossip"',
            "[slack]: hears = 'gossip'; allowed: alerts, sources",
        ),
        ('[slack]\nchannel = "#x"\nhears = []', "[slack]: hears = []"),
    ],
)
def test_a_wrong_table_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ChannelsError) as raised:
        read_channels(write(tmp_path, text))
    assert said in str(raised.value)
    assert str(tmp_path / "channels.toml") in str(raised.value)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChannelsError, match="No such file"):
        read_channels(tmp_path / "channels.toml")


def test_with_a_token_channels_lead_to_slack_and_without_one_to_files(tmp_path: Path) -> None:
    channels = read_channels()
    for token, kind in (("xoxb-1", SlackSender), ("", FileSender)):
        out = senders(channels, token=token, url="http://127.0.0.1:9/", outbox=tmp_path)
        assert isinstance(out["slack"], kind)
