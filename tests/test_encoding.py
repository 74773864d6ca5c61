"""Bytes as publishers send them."""

from __future__ import annotations

import pytest

from spiders.encoding import decode, repaired

WORDS = "<?xml version='1.0' encoding='{}'?><a>Élèves et goûter à 8 $</a>"


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "cp850", "iso-8859-15"]
)
def test_a_declared_encoding_is_believed(charset: str) -> None:
    words = WORDS.format(charset.removesuffix("-sig"))
    assert decode(words.encode(charset)) == words


def test_chinese_declared_in_its_smaller_set_is_read() -> None:
    words = WORDS.format("gb2312").replace("goûter", "建国35周年纪念")
    assert decode(words.encode("gb18030")) == words


@pytest.mark.parametrize("label", ["utf-8", "us-ascii", "punycode", "hex", "none-such"])
def test_a_wrong_label_does_not_spoil_windows_1252(label: str) -> None:
    words = WORDS.format(label)
    assert decode(words.encode("cp1252")) == words


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "utf-7", "idna", "rot13"])
def test_utf_8_is_recognised_under_another_label(label: str) -> None:
    words = WORDS.format("utf-8")
    assert decode(words.encode(), f"text/xml; charset={label}") == words


def test_the_header_comes_before_the_declaration() -> None:
    words = WORDS.format("cp850").replace("û", "ő")
    assert decode(words.encode("cp1250", "replace"), "text/xml; charset=cp1250").count("ő") == 1


def test_a_letter_cut_in_two_does_not_spoil_the_others() -> None:
    words = "é" * 100
    assert decode(words.encode()[:-1]) == words[:-1] + "\ufffd"
    assert decode(words.encode("utf-16")[:-1]) == words[:-1] + "\ufffd"


@pytest.mark.parametrize("charset", ["cp1252", "latin-1"])
@pytest.mark.parametrize("words", ["Été à l’école\xa0: « déjà » 😀", "plain"])
def test_utf_8_encoded_twice_is_repaired(words: str, charset: str) -> None:
    once = bytearray(words.encode())
    twice = "".join(
        bytes([byte]).decode(charset) if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)
        for byte in once
    )
    assert repaired(twice) == words


@pytest.mark.parametrize("words", ["SANTÉ\xa0: le budget", "«CÔTÉ»", "Ã© et été", "PÂTÉ", "Ã tout"])
def test_words_that_only_look_encoded_twice_stay(words: str) -> None:
    assert repaired(words) == words
