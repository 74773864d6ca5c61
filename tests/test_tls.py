"""HTTPS over the loopback: who proves what it is to the system's store is read, no other."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from pipeline.words import sentence
from spiders.items import Outcome
from tests.loopback import serving
from tests.visiting import LIST, source

# In a process of its own: the store of authorities is the system's, named by its environment.
VISIT = """
import json, sys
from pathlib import Path
from spiders.errands import Errand
from spiders.sources import Source
from spiders.visit import Trip
from tests.visiting import NOW, told
errands = [Errand(Source(**one)) for one in json.loads(sys.argv[1])]
visits = told(errands, Trip(now=NOW, home=Path(sys.argv[2]), delay=0, timeout=10))
print(json.dumps({id_: [one.outcome, one.codes] for id_, one in visits.items()}))
"""
HOST = "127.0.0.1"
ROOT, STRANGER = trustme.CA(), trustme.CA()
BETWEEN, STRANGE = ROOT.create_child_ca(), STRANGER.create_child_ca()
Visits = Mapping[str, list[str | list[str]]]
PAST = datetime(2001, 1, 1), datetime(2002, 1, 1)  # noqa: DTZ001 - as trustme wants them
SHOWN = {
    "whole": BETWEEN.issue_cert(HOST),
    "alone": BETWEEN.issue_cert(HOST),
    "expired": BETWEEN.issue_cert(HOST, not_before=PAST[0], not_after=PAST[1]),
    "other": BETWEEN.issue_cert("autre.example"),
    "stranger": STRANGE.issue_cert(HOST),
}


def identity(name: str, folder: Path) -> ssl.SSLContext:
    """What a server shows: its certificate, and those between it and the authority but `alone`."""
    shown = SHOWN[name]
    chain = shown.cert_chain_pems[:1] if name == "alone" else shown.cert_chain_pems
    pem = b"".join(blob.bytes() for blob in (shown.private_key_pem, *chain))
    (folder / name).write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / name)
    return context


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Visits:
    """One visit to each server, from a machine that trusts one authority."""
    folder = tmp_path_factory.mktemp("tls")
    ROOT.cert_pem.write_to_path(str(folder / "authorities"))
    with ExitStack() as stack:
        sources = []
        for name in SHOWN:
            house = stack.enter_context(serving(identity(name, folder)))
            house.pages["/list"] = LIST
            sources.append(asdict(source(name, house / "list")))
        done = subprocess.run(
            [sys.executable, "-c", VISIT, json.dumps(sources), str(folder)],
            env=os.environ | {"SSL_CERT_FILE": str(folder / "authorities")},
            cwd=Path(__file__).parents[1],
            capture_output=True,
            check=True,
        )
    told: Visits = json.loads(done.stdout)
    return told


def test_a_host_that_shows_its_whole_chain_is_read(visits: Visits) -> None:
    assert visits["whole"] == [Outcome.OK, []]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("alone", "incomplete-chain"),
        ("expired", "expired-certificate"),
        ("other", "other-host"),
        ("stranger", "certificate"),
    ],
)
def test_a_host_that_proves_nothing_is_told_and_never_read(
    visits: Visits, name: str, code: str
) -> None:
    assert visits[name] == [Outcome.UNREACHABLE, [code]]
    assert sentence("fr", code) != sentence("fr", "error")
    assert sentence("en", code) != sentence("en", "error")
