"""The commands and the Python that the pages show to their readers: found, and read as a shell would."""

import re
import shlex
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHELLS = {"sh", "bash", "console", "powershell"}
_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`(rosc-map [^`]+)`(?!`)")
_SHOWN = re.compile(r"`([\w-]+\.(?:csv|json|geojson))`[^`]*```(?:csv|json)\n(.*?)```", re.DOTALL)


def pages():
    """Every page with commands in it, by its path in the repository."""
    found = [
        *map(ROOT.joinpath, ("README.md", "CONTRIBUTING.md", "notebooks/README.md")),
        *(ROOT / "docs").rglob("*.md"),
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def page_text(page):
    """What a page says."""
    return (ROOT / page).read_text("utf-8")


def steps(text):
    """What a reader does from top to bottom: a command in words, or a block of Python as it stands."""
    found = []
    for _, kind, block in _FENCE.findall(text):
        if kind == "python":
            found.append(textwrap.dedent(block))
        elif kind in SHELLS:
            found += _block(block)
    return found


def lines_of(text):
    """Every command of a text, in words; what is joined by && or ; is more than one."""
    return [step for step in steps(text) if not isinstance(step, str)]


def shell_lines(page):
    """Every command of a page, in words."""
    return lines_of(page_text(page))


def python_blocks(page):
    """Every block of Python of a page."""
    return [step for step in steps(page_text(page)) if isinstance(step, str)]


def named(page):
    """Every ``rosc-map`` command that a page names and nobody runs: in a block of plain text, or between words."""
    text = page_text(page)
    plain = [block for _, kind, block in _FENCE.findall(text) if kind in ("", "text")]
    told = [words for block in plain for words in _block(block, "rosc-map ")]
    inline = [shlex.split(words) for words in _INLINE.findall(_FENCE.sub("", text))]
    return told + inline


def shown_files(page):
    """The files whose text a page shows after their name."""
    return dict(_SHOWN.findall(page_text(page)))


def _block(block, begins=""):
    lines = (line.strip().removeprefix("$ ").removeprefix("> ") for line in block.replace("\\\n", " ").splitlines())
    return [words for line in lines if line.startswith(begins) for words in _commands(line)]


def _commands(line):
    reader = shlex.shlex(line, posix=True, punctuation_chars=";&")
    reader.whitespace_split = True
    words, found = list(reader), [[]]
    for word in words:
        if set(word) <= {";", "&"}:
            found.append([])
        else:
            found[-1].append(word)
    return [command for command in found if command]
