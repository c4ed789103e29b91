"""Zipped files that may be hostile: unpacked in memory only, piece by piece, within limits."""

import io
import zipfile
from collections.abc import Callable, Iterator
from xml.parsers import expat

from rosc_map.errors import FileProblem
from rosc_map.exchange.limits import DEEPEST, LONGEST_CELL, MOST_BYTES, MOST_PARTS

__all__ = ["Archive"]

_PIECE = 65_536
_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's directory
_ENCRYPTED = 0x1


class Archive:
    """A zipped file. Nothing of it is ever written to disk, so the paths in it cannot lead anywhere.

    Parameters
    ----------
    name
        The file's name, for messages.
    data
        All of it.

    Raises
    ------
    FileProblem
        For more than ``MOST_PARTS`` parts.
    zipfile.BadZipFile
        When it is no zip.
    """

    def __init__(self, name: str, data: bytes) -> None:
        # Counted before it is opened: a directory of millions of entries would fill the memory by itself.
        if data.count(_ENTRY) > MOST_PARTS:
            raise FileProblem(f"{name} holds more than {MOST_PARTS:,} files. Send the table alone, as .csv or .xlsx.")
        self.name = name
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.parts = tuple(self._zip.namelist())

    def unpack(self, part: str, most: int = MOST_BYTES) -> Iterator[bytes]:
        """Unpack a part, piece by piece, up to ``most`` bytes.

        Raises
        ------
        FileProblem
            When it is larger, whatever size it claims, or has a password, or is packed as only a hostile file is.
        KeyError
            When there is no such part.
        """
        info = self._zip.getinfo(part)
        if info.flag_bits & _ENCRYPTED:
            raise FileProblem(f"{self.name} has a password. Save it again without one.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # LZMA may ask for 4 GB before the first byte; no office program uses it.
            raise FileProblem(f"{self.name} is packed in an unusual way. Save it again, or save it as .csv.")
        left = most
        with self._zip.open(info) as stream:
            # The size it gives is only a claim, but it saves unpacking what says itself that it is too large.
            while info.file_size <= most and left >= 0 and (piece := stream.read(_PIECE)):
                left -= len(piece)
                yield piece
        if info.file_size > most or left < 0:
            raise FileProblem(
                f"{self.name} unpacks to more than {most // 1_000_000} MB. Save the rows you need as .csv."
            )

    def feed(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], object],
        end: Callable[[str, str], object],
        most: int = MOST_BYTES,
    ) -> Iterator[None]:
        """Read the XML of a part as it is unpacked; stops after each piece, so that what was read can be taken.

        Parameters
        ----------
        part
            Its path in the archive.
        start
            Called with the tag (without its prefix) and the attributes of each element that begins.
        end
            Called with the tag, and the text since the last tag, of each element that ends.
        most
            In bytes.

        Raises
        ------
        FileProblem
            When the part is too large, or its XML declares entities, is nested too deep, or has an endless text.
        xml.parsers.expat.ExpatError
            When it is not XML.
        """
        parser = _parser(self.name, start, end)
        fed = 0
        for piece in self.unpack(part, most):
            parser.Parse(piece)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST_CELL:
                raise FileProblem(f"{self.name} has a tag of endless length. {_AGAIN}")
            yield
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes it by place only
        yield


_AGAIN = "No spreadsheet program writes that: save the table again, or save it as .csv."


def _parser(
    name: str, start: Callable[[str, dict[str, str]], object], end: Callable[[str, str], object]
) -> expat.XMLParserType:
    """Return an XML parser that builds no tree, and refuses what only a hostile file has."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    texts: list[str] = []
    depth = length = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, length
        depth += 1
        if depth > DEEPEST:
            raise FileProblem(f"{name} has elements nested more than {DEEPEST} deep. {_AGAIN}")
        texts.clear()
        length = 0
        start(tag.rpartition(":")[2], attributes)

    def finish(tag: str) -> None:
        nonlocal depth, length
        depth -= 1
        end(tag.rpartition(":")[2], "".join(texts))
        texts.clear()
        length = 0

    def text(words: str) -> None:
        nonlocal length
        length += len(words)
        if length > LONGEST_CELL:
            raise FileProblem(f"{name} has a cell of more than {LONGEST_CELL:,} characters. Shorten it.")
        texts.append(words)

    def doctype(*_: object) -> None:
        # Entities that stand for entities grow without end ("billion laughs"), or read other files.
        raise FileProblem(f"The XML of {name} declares a document type. {_AGAIN}")

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    return parser
