"""Manifests and chains as documents: nothing is lost on the way, and nothing bad gets in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from rushes.core.errors import Code, RushesError
from rushes.transfer.mhl.generation import (
    Author,
    Creator,
    FileEntry,
    FolderEntry,
    FolderHash,
    Generation,
    Hash,
    Reference,
)
from rushes.transfer.mhl.reading import Link, read_chain, read_generation
from rushes.transfer.mhl.writing import chain_document, manifest_document
from rushes.transfer.mhl.xml import writable

PLACE = Path("ascmhl/0001_card.mhl")
NAMESPACE = 'xmlns="urn:ASC:MHL:v2.0"'
HEAD = f'<?xml version="1.0"?>\n<hashlist version="2.0" {NAMESPACE}>'

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(writable)
paths = texts.filter(lambda text: not text.startswith("/") and ".." not in text.split("/"))
digests = st.text("0123456789abcdef", min_size=16, max_size=16)
hashes = st.lists(
    st.builds(Hash, st.sampled_from(["md5", "xxh64"]), digests, st.sampled_from(["original"])),
    min_size=1,
    max_size=2,
    unique_by=lambda one: one.format,
).map(lambda found: tuple(sorted(found)))
DATE = "2026-11-21T14:05:26+00:00"
DATES = st.just(DATE)
files = st.builds(FileEntry, paths, st.integers(0, 1 << 50), DATES, hashes, DATES, st.just(""))
folder_hashes = st.just((FolderHash("md5", "aa", "bb"), FolderHash("xxh64", "cc", "dd")))
folders = st.builds(FolderEntry, paths, DATES, folder_hashes, DATES, st.just(""))


@given(st.lists(files | folders, max_size=5), st.lists(texts, max_size=3), texts, texts)
def test_a_generation_is_read_as_it_was_written(
    entries: list[FileEntry | FolderEntry], ignore: list[str], comment: str, host: str
) -> None:
    author = Author("Zoë <z>", 'z"@e.com', "1", "DIT")
    made = Generation(
        3,
        PLACE.name,
        Creator(DATE, host, "rushes", "1", (author,), "Stage & 5", comment),
        "in-place",
        (FolderHash("md5", "ee", "ff"),),
        DATE,
        tuple(ignore),
        entries,
        (Reference("Clips/ascmhl/0001.mhl", "c4x"),),
    )
    document = manifest_document(made)
    assert read_generation(PLACE, document, 3) == made
    etree.fromstring(document)


@given(st.lists(texts.filter(lambda text: "/" not in text and text != ".."), max_size=4))
def test_a_chain_is_read_as_it_was_written(names: list[str]) -> None:
    links = [Link(at, name, "c4", f"c4{at}") for at, name in enumerate(names, 1)]
    assert read_chain(PLACE, chain_document(links)) == links


@given(st.text(max_size=3))
def test_what_is_writable_is_what_xml_takes(text: str) -> None:
    try:
        etree.Element("path").text = text
    except ValueError:
        assert not writable(text)
    else:
        # Two code points that are none at all are taken by the other library's text, too.
        assert writable(text) or "\ufffe" in text or "\uffff" in text


@pytest.mark.parametrize("text", ["\x00", "\x07", "\udce4", "a\x1f", "\ufffe"])
def test_what_xml_cannot_hold_is_told(text: str) -> None:
    assert not writable(text)
    assert writable("plate\té\U0001f3ac\n")


BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n'
    f'<hashlist version="2.0" {NAMESPACE}><creatorinfo><comment>&b;</comment></creatorinfo>'
    "</hashlist>"
)
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(
    "document",
    [
        BOMB,
        f"{OUTSIDE}<hashlist version='2.0'/>",
        "",
        "no xml",
        HEAD,
        f"{HEAD}<hashes></hashlist>",
        '<hashlist version="1.0"/>',
        '<other version="2.0"/>',
        f"{HEAD}<hashes><hash><md5>a</md5></hash></hashes></hashlist>",
        f"{HEAD}<hashes><hash><path>/etc/passwd</path></hash></hashes></hashlist>",
        f"{HEAD}<hashes><hash><path>a/../../b</path></hash></hashes></hashlist>",
        f"{HEAD}<hashes><hash><path size='x'>a</path></hash></hashes></hashlist>",
    ],
)
def test_a_document_that_is_none_is_refused(document: str) -> None:
    with pytest.raises(RushesError) as caught:
        read_generation(PLACE, document.encode(), 1)
    assert caught.value.code is Code.MANIFEST_INVALID


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for document in (data, HEAD.encode() + data + b"</hashlist>"):
        with suppress(RushesError):
            read_generation(PLACE, document, 1)


@pytest.mark.parametrize(
    "line",
    [
        "<path>../x.mhl</path><c4>a</c4>",
        "<path>sub/x.mhl</path><c4>a</c4>",
        "<path>x.mhl</path>",
        "<c4>a</c4>",
    ],
)
def test_a_chain_that_leads_elsewhere_is_refused(line: str) -> None:
    document = f'<ascmhldirectory><hashlist sequencenr="1">{line}</hashlist></ascmhldirectory>'
    with pytest.raises(RushesError) as caught:
        read_chain(PLACE, document.encode())
    assert caught.value.code is Code.MANIFEST_INVALID


def test_what_others_add_as_metadata_is_passed_over() -> None:
    inner = "<metadata><path>/x</path><md5>no</md5><hash><path>y</path></hash></metadata>"
    document = (
        f"{HEAD}<hashes><hash><path size='1'>a</path><md5 action='original'>aa</md5>{inner}</hash>"
        f"</hashes>{inner}</hashlist>"
    )
    found = read_generation(PLACE, document.encode(), 1)
    assert found.entries == [FileEntry("a", 1, "", (Hash("md5", "aa", "original"),))]
