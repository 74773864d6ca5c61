"""Feeds as they are: encodings, broken shapes, pages in their place; nothing invented."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from spiders.errors import NotAFeedError
from spiders.feed import LARGEST, LONGEST_SUMMARY, Entry, entries_as_lines, parse_feed
from tests.frozen import FOLDER, answer, spider_of

HOME = "https://journal.example/rss/une"
FROZEN = (FOLDER / "ledevoir_manchettes" / "2026-11-20.xml").read_bytes()


def rss(*items: str, head: str = "", names: str = "") -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"{names}><channel>{head}{inside}</channel></rss>'.encode()


def only(body: bytes, url: str = HOME) -> Entry:
    (entry,) = parse_feed(body, url=url).entries
    return entry


def titled(title: str) -> str:
    return only(rss(f"<title>{title}</title><link>/1</link>")).title


def linked(link: str, url: str = HOME) -> str:
    return only(rss(f"<title>Un titre</title>{link}"), url).link


def refused(body: bytes) -> str:
    with pytest.raises(NotAFeedError) as error:
        parse_feed(body, url=HOME)
    assert HOME in str(error.value)
    return error.value.found


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("SANTÉ\xa0: le budget", "SANTÉ : le budget"),  # feedparser makes it «SANTɠ: le budget»
        ("SANT&#201;&#160;: le budget", "SANTÉ : le budget"),
        ("&lt;b&gt;Oui&lt;/b&gt; &amp;amp; non", "Oui & non"),
        ("<![CDATA[ <b>Oui</b> & non ]]>", "Oui & non"),
        ("<b>Oui</b> & non", "Oui & non"),
        ("Qu&amp;#039;est-ce que l&amp;rsquo;école", "Qu'est-ce que l’école"),
        ("&amp;lt;i&amp;gt;Le Soleil&amp;lt;/i&amp;gt;", "Le Soleil"),
        ("Budget &lt; 5 M$ et &gt; 3", "Budget < 5 M$ et > 3"),
        ("&eacute;t&eacute;&nbsp;&inconnu;", "été &inconnu;"),
        ("A && B &&amp; C &&&eacute;", "A && B && C &&é"),
        ("Ã‰cole Ã\xa0 lâ€™essai", "École à l’essai"),
        ("un\x10 mot&#16;", "un mot"),
    ],
)
def test_a_title_is_plain_text(printed: str, words: str) -> None:
    assert titled(printed) == words


@pytest.mark.parametrize(
    ("printed", "link"),
    [
        ("<link>/a/1?x=1&amp;y=2</link>", "https://journal.example/a/1?x=1&y=2"),
        (
            "<link>/a/1?x=1&copy=2&section=3</link>",
            "https://journal.example/a/1?x=1&copy=2&section=3",
        ),
        ("<link><![CDATA[https://b.example/?x=1&y=2]]></link>", "https://b.example/?x=1&y=2"),
        ("<guid>https://b.example/2</guid>", "https://b.example/2"),
        ("<guid>78872</guid>", ""),
        ('<guid isPermaLink="false">https://b.example/2</guid>', ""),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>http://[bad/</link>", ""),
        ("<link>http://</link>", ""),
    ],
)
def test_a_link_is_absolute_or_nothing(printed: str, link: str) -> None:
    assert linked(printed) == link


def test_without_an_address_links_start_from_the_site_that_the_feed_names() -> None:
    head = "<link>https://site.example/fil/</link>"
    (entry,) = parse_feed(rss("<title>t</title><link>a</link>", head=head)).entries
    assert entry.link == "https://site.example/fil/a"


def test_an_atom_entry_is_read_whole() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/blogue/" xml:lang="en">
    <id>always the same</id><entry xml:lang="fr-CA"><id>tag:1</id><link href="un"/>
    <title type="text">La balise &lt;blink&gt;</title><updated>2026-11-03T10:00:00-05:00</updated>
    <published>2026-11-02T10:00:00-05:00</published><author><name>Ève</name></author>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un</p><p>deux</p>
    <script>trois</script></div></content></entry></feed>"""
    assert only(body.encode()) == Entry(
        guid="tag:1",
        title="La balise <blink>",
        link="https://journal.example/blogue/un",
        published=datetime(2026, 11, 2, 15, tzinfo=UTC),
        published_text="2026-11-02T10:00:00-05:00",
        summary="Un deux",
        lang="fr",
        author="Ève",
    )


def test_rdf_items_stand_outside_their_channel() -> None:
    body = b"""<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel rdf:about="x"/>
    <item rdf:about="https://b.example/1"><title>Un</title><link>https://b.example/1</link>
    <dc:date>2026-11-03</dc:date><dc:language>en-CA</dc:language></item></rdf:RDF>"""
    entry = only(body)
    assert (entry.guid, entry.lang) == ("https://b.example/1", "en")
    assert entry.published == datetime(2026, 11, 3, 5, tzinfo=UTC)


def test_the_first_date_stated_decides_even_when_it_cannot_be_read() -> None:
    names = ' xmlns:a10="http://www.w3.org/2005/Atom"'
    updated = "<title>t</title><a10:updated>2026-11-03T10:00:00Z</a10:updated>"
    assert only(rss(updated, names=names)).published == datetime(2026, 11, 3, 10, tzinfo=UTC)
    entry = only(rss(updated + "<pubDate>2026/1/10 14:33:00</pubDate>", names=names))
    assert (entry.published, entry.published_text) == (None, "2026/1/10 14:33:00")


def test_a_date_from_the_future_is_kept_as_words_only() -> None:
    body = rss("<title>t</title><pubDate>2027-01-01T00:00:00Z</pubDate>")
    (entry,) = parse_feed(body, now=datetime(2026, 11, 20, tzinfo=UTC)).entries
    assert (entry.published, entry.published_text) == (None, "2027-01-01T00:00:00Z")


def test_an_entry_without_a_name_of_its_own_gets_a_lasting_one() -> None:
    named, other, again = parse_feed(
        rss(
            "<title>t</title><link>/1</link>", "<title>t</title>", "<title>u</title><link>/1</link>"
        ),
        url=HOME,
    ).entries
    assert named.id == again.id != other.id
    assert named.guid == other.guid == ""


def test_empty_items_are_dropped_and_nested_ones_counted_once() -> None:
    nested = "<title>t</title><item /><link>/1</link>"
    entry = only(rss(nested, "", "<description>sans titre ni lien</description>"))
    assert (entry.title, entry.link) == ("t", "https://journal.example/1")


def test_a_summary_is_text_of_a_bounded_length() -> None:
    entry = only(rss(f"<title>t</title><description>&lt;p&gt;{'mot ' * 5000}</description>"))
    assert len(entry.summary) == LONGEST_SUMMARY
    assert entry.summary.startswith("mot mot")


def test_a_feed_is_found_behind_the_warnings_of_its_server() -> None:
    warning = (
        b"\n<br />\n<b>Warning</b>: x in <b>y.php</b><br />\n<?xml version='1.0'?><!-- <html> -->"
    )
    assert only(warning + rss("<title>Un</title>")).title == "Un"


def test_undeclared_names_do_not_stop_the_reading() -> None:
    body = rss("<title>Un</title><media:text>x</media:text><dc:creator>Ève</dc:creator>")
    assert (only(body).title, only(body).author) == ("Un", "Ève")


def test_tags_that_upset_the_library_do_not_lose_the_feed() -> None:
    names = ' xmlns:psc="http://podlove.org/simple-chapters"'
    assert only(rss("<title>Un</title><psc:chapter/>", names=names)).title == "Un"


def test_what_no_reading_survives_is_no_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("where")

    monkeypatch.setattr("feedparser.parse", broken)
    assert refused(rss("<title>Un</title>")) == "un fil trop abîmé pour être lu"


def test_an_empty_feed_is_no_error() -> None:
    for body in (rss(), b"<feed xmlns='http://www.w3.org/2005/Atom'/>", b"<rss><channel/></rss>"):
        assert parse_feed(body).entries == ()


def test_entities_that_a_feed_declares_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mot de passe")
    declared = f'<!DOCTYPE rss [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY b "{"b" * 999}">]>'
    entry = only(declared.encode() + rss(f"<title>&a;{'&b;' * 9}</title><link>/1</link>"))
    assert entry.title == "&a;" + "&b;" * 9


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "un contenu vide"),
        (b"\xef\xbb\xbf \n", "un contenu vide"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "du JSON"),
        (
            b"<html><head><title>Rien&nbsp;ici</title></head></html>",
            "une page HTML («\xa0Rien ici\xa0»)",
        ),
        (b"<!DOCTYPE html><p>Un <svg><rdf:RDF/></svg>", "une page HTML"),
        (b"<html><body>The requested URL was rejected. Your support ID is: 1", "pare-feu"),
        (b"<iframe src='/fortiadc_error_page/waf_deny.html'></iframe>", "pare-feu"),
        (b"<html><script src='https://validate.perfdrive.com/x'></script></html>", "pare-feu"),
        (b"<urlset><url><loc>https://a.example/</loc></url></urlset>", "<urlset>"),
        (b"<tv><channel id='1'/></tv>", "<tv>"),
        (b"%PDF-1.7", "autre chose que du XML"),
        (b"<rss><channel><item><title>Un t", "coupé"),
        (b"x" * (LARGEST + 1), f"{LARGEST + 1} octets"),
    ],
)
def test_what_is_no_feed_is_refused_by_its_name(body: bytes, found: str) -> None:
    assert found in refused(body)


def test_a_feed_cut_anywhere_gives_its_first_entries_unspoilt() -> None:
    whole = parse_feed(FROZEN).entries
    counts = set()
    for end in range(0, len(FROZEN), 7):
        try:
            entries = parse_feed(FROZEN[:end]).entries
        except NotAFeedError:
            continue
        assert entries == whole[: len(entries)]
        counts.add(len(entries))
    assert counts == {1, 2}


@pytest.mark.parametrize(
    "around", ["", "<category>a<br>b</category>", "<author>\ue0010\ue001</author>"]
)
@pytest.mark.parametrize(
    ("sign", "said"),
    [
        ("É\xa0: « l’été »", "É : « l’été »"),
        ("<b>gras</b>\r\n&amp; maigre", "gras & maigre"),
        ("a ] b", "a ] b"),
        ("d\x92accord", "d’accord"),
        ("\ue0010\ue001", "\ue0010\ue001"),
    ],
)
@pytest.mark.parametrize("tag", ["description", "content:encoded"])
def test_a_long_text_is_read_as_a_short_one(tag: str, sign: str, said: str, around: str) -> None:
    """Long ones do not go through feedparser, where that would change nothing of them."""
    names = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    for times in (1, 100):
        text = " ".join([sign] * times)
        item = f"<title>t</title>{around}<{tag}> <![CDATA[ {text} ]]> </{tag}>"
        entry = only(rss(item, names=names))
        assert entry.summary == " ".join([said] * times)


def test_a_damaged_feed_gives_entries_or_is_refused() -> None:
    dice = random.Random(2026)
    for _ in range(300):
        body = bytearray(FROZEN)
        for _ in range(dice.randrange(1, 9)):
            body[dice.randrange(len(body))] = dice.randrange(256)
        try:
            entries = parse_feed(bytes(body), url=HOME).entries
        except NotAFeedError:
            continue
        assert all(entry.title or entry.link for entry in entries)


@pytest.mark.parametrize(
    "unit", ["a", "<p>", "&lt;p&gt;", "<!--", "<![CDATA[", "&#160;", "&", "<", "\n"]
)
@pytest.mark.parametrize("tag", ["title", "author", "pubDate"])
def test_no_body_takes_more_than_a_moment(tag: str, unit: str) -> None:
    body = rss(f"<{tag}>{unit * (60_000 // len(unit))}</{tag}>")
    started = monotonic()
    for sent in (body, unit.encode() * 20_000 + body):
        with suppress(NotAFeedError):
            parse_feed(sent)
    assert monotonic() - started < 5


def test_the_lines_of_a_file_have_the_fields_that_others_count_on(tmp_path: Path) -> None:
    file = tmp_path / "fil.xml"
    file.write_bytes(FROZEN)
    first, second = entries_as_lines(file)
    assert set(first) == {"file", "id", "title", "link", "published", "summary", "lang"}
    assert first["published"] == "2026-11-20T11:45:59+00:00"
    assert (second["published"], second["file"]) == (None, str(file))
    assert json.loads(json.dumps(first)) == first
    file.write_bytes(b"{}")
    assert entries_as_lines(file) == [{"file": str(file), "error": "du JSON"}]


def test_the_head_of_a_feed_is_no_news() -> None:
    spider = spider_of("ledevoir_manchettes")
    url = spider.source.url
    later = FROZEN.replace(b"07:00:02", b"08:00:02")
    assert spider.seen_part(answer(url, later)) == spider.seen_part(answer(url, FROZEN))
    assert spider.seen_part(answer(url, FROZEN.replace(b"dix ans", b"onze ans"))) != (
        spider.seen_part(answer(url, FROZEN))
    )
    assert spider.seen_part(answer(url, rss())) == rss()
