"""The commands that the pages show to their readers: found, and read as a shell would."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^( *)```(?:sh|bash|console|powershell)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(r"`([\w-]+\.(?:csv|json|geojson))`[^`]*```(?:csv|json)\n(.*?)```", re.DOTALL)


def pages():
    """Every page with commands in it, by its path in the repository."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found if path.exists()]


def shell_lines(page):
    """Every command of a page, in words; what is joined by && or ; is more than one."""
    text = (ROOT / page).read_text("utf-8")
    lines = [line for _, block in _FENCE.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    return [words for line in lines for words in _commands(line.strip().removeprefix("$ ").removeprefix("> "))]


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


def shown_files(page):
    """The files whose text a page shows after their name."""
    return dict(_SHOWN.findall((ROOT / page).read_text("utf-8")))
