"""A status of 200 proves nothing: the body is looked at."""

from __future__ import annotations

import gzip

import pytest

from spiders.items import Outcome
from spiders.verdict import Verdict, is_block_page, is_cut, judge, lacks_end

PAGE = "<!DOCTYPE html><html><body><h1>Projets de loi</h1></body></html>"
FEED = "<?xml version='1.0'?><!-- <b> --><rss version='2.0'><channel></channel></rss>"


@pytest.mark.parametrize("body", [PAGE, FEED, '{"bills": []}', "[1]", "No;Titre\n1;Loi", b"%PDF"])
def test_a_whole_document_is_for_its_reader(body: str | bytes) -> None:
    assert judge(200, body) is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "not-found"),
        (410, "not-found"),
        (403, "forbidden"),
        (429, "retry-later"),
        (418, "client-error"),
        (503, "server-error"),
        (304, "redirects"),
    ],
)
def test_an_error_is_told_by_its_cause(status: int, code: str) -> None:
    assert judge(status, PAGE) == Verdict(Outcome.UNREACHABLE, code)


def test_an_empty_page_is_not_the_one_that_was_asked() -> None:
    assert judge(200, " \n") == Verdict(Outcome.CHANGED, "empty-body")
    assert judge(200, b"") == Verdict(Outcome.CHANGED, "empty-body")


def test_an_empty_202_is_a_robot_filter() -> None:
    assert judge(202, "") == Verdict(Outcome.CHANGED, "blocked")


@pytest.mark.parametrize(
    "words",
    [
        "<iframe src='/fortiadc_error_page/waf_deny.html?waf_deny_rule_id=1'></iframe>",
        "The requested URL was rejected. Please consult with your administrator.",
        "Your support ID is: 123",
        "<h1>La page ne peut &#234;tre affich&#233;e</h1>",
        "<h1>La page ne peut être affichée</h1>",
        "<script>window._cf_chl_opt={}</script>",
        "<title>Just a moment...</title>",
        "<script src='https://validate.perfdrive.com/x'></script>",
        "<title>Radware Captcha Page</title>",
    ],
)
@pytest.mark.parametrize("status", [200, 403])
def test_a_block_page_is_recognised_whatever_its_status(status: int, words: str) -> None:
    verdict = judge(status, f"<html><body>{words}</body></html>")
    assert verdict
    assert verdict.code == "blocked"
    assert verdict.outcome == (Outcome.CHANGED if status == 200 else Outcome.UNREACHABLE)


def test_news_about_a_block_page_is_news() -> None:
    assert not is_block_page(FEED.replace("<channel>", "<channel>requested URL was rejected"))
    assert not is_block_page(PAGE.replace("loi", "loi et captcha"))


@pytest.mark.parametrize(
    "body", [PAGE[:-20], FEED[:-5], '{"bills": [', "<feed xmlns='x'><entry>", "[1, 2"]
)
def test_a_document_without_its_end_is_truncated(body: str) -> None:
    assert lacks_end(body)
    assert judge(200, body) == Verdict(Outcome.CHANGED, "truncated")


@pytest.mark.parametrize("body", ["<html><p>une page sans façons</body>", "<rss/>", "<p>un bout"])
def test_what_may_lack_an_end_is_left_alone(body: str) -> None:
    assert not lacks_end(body)


def test_a_lost_connection_truncates_anything() -> None:
    assert judge(200, "No;Titre", cut=True) == Verdict(Outcome.CHANGED, "truncated")


def test_a_cut_gzip_is_recognised() -> None:
    packed = gzip.compress(PAGE.encode() * 100)
    assert is_cut(packed[:-20], "gzip")
    assert not is_cut(packed, "gzip")
    assert not is_cut(PAGE.encode(), "gzip")
    assert not is_cut(packed[:-20], "")


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    assert not is_cut(gzip.compress(b" " * 40_000_000)[:-20], "gzip")


def test_the_error_page_of_the_assemblee_is_a_404_when_it_comes_with_one() -> None:
    words = "<html><body><h1>La page ne peut être affichée</h1></body></html>"
    assert judge(404, words) == Verdict(Outcome.UNREACHABLE, "not-found")
    wall = words.replace("<h1>", "<iframe src='/waf_deny.html'></iframe><h1>")
    assert judge(404, wall) == Verdict(Outcome.UNREACHABLE, "blocked")
