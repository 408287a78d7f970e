"""Manifests and chains as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rushes.transfer.mhl.generation import (
    Author,
    Creator,
    FileEntry,
    FolderEntry,
    FolderHash,
    Generation,
    Reference,
)
from rushes.transfer.mhl.reading import Link
from rushes.transfer.mhl.xml import DECLARATION, quoted


def chain_document(links: Sequence[Link]) -> bytes:
    """The whole chain file."""
    lines = "".join(
        f'  <hashlist sequencenr="{link.number}">\n'
        f"    <path>{quoted(link.file)}</path>\n"
        f"    <{link.format}>{quoted(link.digest)}</{link.format}>\n"
        "  </hashlist>\n"
        for link in links
    )
    root = "ascmhldirectory"
    document = f'{DECLARATION}<{root} xmlns="urn:ASC:MHL:DIRECTORY:v2.0">\n{lines}</{root}>\n'
    return document.encode("utf-8")


def manifest_document(generation: Generation) -> bytes:
    """The whole manifest. Every text in it must be `writable`."""
    return "".join(_parts(generation)).encode("utf-8")


def _parts(generation: Generation) -> Iterator[str]:
    yield f'{DECLARATION}<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">\n'
    yield from _creator(generation.creator)
    yield f"  <processinfo>\n    <process>{quoted(generation.process)}</process>\n"
    if generation.root:
        hashes = _folder_hashes(generation.root, generation.root_hashed)
        yield f"    <roothash>\n{hashes}    </roothash>\n"
    if generation.ignore:
        patterns = (f"      <pattern>{quoted(one)}</pattern>\n" for one in generation.ignore)
        yield f"    <ignore>\n{''.join(patterns)}    </ignore>\n"
    yield "  </processinfo>\n"
    if generation.entries:  # the schema knows no empty list
        yield "  <hashes>\n"
        for entry in generation.entries:
            yield _file(entry) if isinstance(entry, FileEntry) else _folder(entry)
        yield "  </hashes>\n"
    if generation.references:
        yield "  <references>\n"
        yield from map(_reference, generation.references)
        yield "  </references>\n"
    yield "</hashlist>\n"


def _creator(creator: Creator) -> Iterator[str]:
    yield f"  <creatorinfo>\n    <creationdate>{creator.created}</creationdate>\n"
    yield f"    <hostname>{quoted(creator.host)}</hostname>\n"
    version = quoted(creator.tool_version)
    yield f'    <tool version="{version}">{quoted(creator.tool)}</tool>\n'
    yield from map(_author, creator.authors)
    if creator.location:
        yield f"    <location>{quoted(creator.location)}</location>\n"
    if creator.comment:
        yield f"    <comment>{quoted(creator.comment)}</comment>\n"
    yield "  </creatorinfo>\n"


def _author(author: Author) -> str:
    known = {"email": author.email, "phone": author.phone, "role": author.role}
    attributes = "".join(f' {name}="{quoted(text)}"' for name, text in known.items() if text)
    return f"    <author{attributes}>{quoted(author.name)}</author>\n"


def _file(entry: FileEntry) -> str:
    hashes = "".join(
        f'      <{one.format} action="{one.action}" hashdate="{entry.hashed}">'
        f"{one.digest}</{one.format}>\n"
        for one in sorted(entry.hashes)
    )
    return (
        f'    <hash>\n      <path size="{entry.size}" lastmodificationdate="{entry.mtime}">'
        f"{quoted(entry.path)}</path>\n{hashes}    </hash>\n"
    )


def _folder(entry: FolderEntry) -> str:
    return (
        f'    <directoryhash>\n      <path lastmodificationdate="{entry.mtime}">'
        f"{quoted(entry.path)}</path>\n{_folder_hashes(entry.hashes, entry.hashed)}"
        "    </directoryhash>\n"
    )


def _folder_hashes(hashes: Sequence[FolderHash], hashed: str) -> str:
    def lines(digests: Iterator[tuple[str, str]]) -> str:
        return "".join(
            f'        <{name} hashdate="{hashed}">{digest}</{name}>\n' for name, digest in digests
        )

    ordered = sorted(hashes)
    content = lines((one.format, one.content) for one in ordered)
    structure = lines((one.format, one.structure) for one in ordered)
    return (
        f"      <content>\n{content}      </content>\n"
        f"      <structure>\n{structure}      </structure>\n"
    )


def _reference(reference: Reference) -> str:
    return (
        f"    <hashlistreference>\n      <path>{quoted(reference.path)}</path>\n"
        f"      <c4>{reference.c4}</c4>\n    </hashlistreference>\n"
    )
