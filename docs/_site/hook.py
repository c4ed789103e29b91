"""What the site adds to MkDocs: files from outside this folder, notebooks as pages, and whole folders in the menu.

Links in the pages lead to files as they lie in the repository, such as ``../deploy/Caddyfile``, so that they also work
where the source is read. Each such file is brought into the site, and the link is turned to it.
"""

import ast
import json
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)(#[^)\s]*)?\)")
_BLOCK = re.compile(r"^( *)(`{3,}).*?^\1\2$", re.MULTILINE | re.DOTALL)
_SHOWN_AS_THEY_ARE = (".md", ".png", ".svg", ".json", ".csv", ".txt")
_BROUGHT_IN = {*_SHOWN_AS_THEY_ARE, ".ipynb", ".conf", ".service", ".timer", ""}
"""The kinds of files that may come into the site: a key or a partnership's file beside them may not."""
_OF_PAGE: dict[str, str] = {}
"""Which file of the repository a page of the site is made from, where it is not in this folder."""
_MODULE = re.compile(r"^::: (rosc_map\.\w+)\.\*$", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put all pages of a folder into the menu where it says ``folder/*``."""
    config.nav = [_unfolded(entry) for entry in config.nav or ()]
    return config


def _unfolded(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    ((title, inside),) = entry.items()
    if isinstance(inside, list):
        return {title: [found for part in inside for found in _pages(part)]}
    return entry


def _pages(part: Any) -> list[Any]:
    if not isinstance(part, str) or not part.endswith("/*"):
        return [_unfolded(part)]
    folder = part.removesuffix("*")
    names = [path.name for path in (ROOT / "docs" / folder).glob("*.md")]
    names += [path.name for path in (ROOT / folder).glob("*.ipynb")]
    return [
        in_site(f"docs/{folder}{name}") if name.endswith(".md") else in_site(folder + name) for name in sorted(names)
    ]


def in_site(path: str) -> str:
    """Return where a file of the repository stands in the site."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path == "README.md":
        return "index.md"
    if path.endswith(".ipynb"):
        return path.removesuffix(".ipynb") + ".md"
    # As text, which every browser shows: a file without an ending it would only save.
    return path if path.endswith(_SHOWN_AS_THEY_ARE) else f"{path}.txt"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Bring in the notebooks, and what the pages lead to outside this folder, and so on from there."""
    _OF_PAGE.clear()
    todo = [(f"docs/{file.src_uri}", file.content_string) for file in files.documentation_pages()]
    todo += [(f"notebooks/{path.name}", notebook(path)) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    seen = {path for path, _ in todo if path.startswith("docs/")} | {"README.md"}
    while todo:
        path, text = todo.pop()
        if path not in seen:
            seen.add(path)
            _OF_PAGE[in_site(path)] = path
            files.append(_generated(config, path, text))
        todo += [(found, _text(found)) for found in _leads_to(path, text) if found not in seen]
    return files


def _generated(config: MkDocsConfig, path: str, text: str) -> File:
    if in_site(path).endswith((".md", ".txt")):
        return File.generated(config, in_site(path), content=text)
    return File.generated(config, in_site(path), abs_src_path=str(ROOT / path))


def _text(path: str) -> str:
    if path.endswith(".ipynb"):
        return notebook(ROOT / path)
    return (ROOT / path).read_text("utf-8") if in_site(path).endswith((".md", ".txt")) else ""


def _leads_to(page: str, text: str) -> list[str]:
    """List the files outside this folder to which a page leads."""
    if not page.endswith((".md", ".ipynb")):
        return []
    targets = {_target(page, found[2]) for found in _LINK.finditer(_BLOCK.sub("", text))}
    files = sorted(path for path in targets if not path.startswith("docs/") and (ROOT / path).is_file())
    for path in files:
        if path.startswith(".") or "/." in path or Path(path).suffix not in _BROUGHT_IN:
            raise PluginError(f"{page} leads to {path}: files of that kind do not go into the site")
    return files


def _target(page: str, link: str) -> str:
    """Return which file of the repository a link leads to; nothing outside it is looked up on the builder's disk."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
    if target.startswith(("/", "../")) or not (ROOT / target).resolve().is_relative_to(ROOT.resolve()):
        raise PluginError(f"{page} leads to {link}: that is not below the folder of the project")
    return target


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Turn the links that lead outside this folder; one to a folder becomes its words."""
    here = page.file.src_uri
    path = _OF_PAGE.get(here, f"docs/{here}")

    def turned(found: re.Match[str]) -> str:
        words, link, part = found.groups()
        target = _target(path, link)
        if (ROOT / target).is_dir():
            return words
        leads_out = not target.startswith("docs/") or here in _OF_PAGE
        to = posixpath.relpath(in_site(target), posixpath.dirname(here) or ".") if leads_out else link
        return f"[{words}]({to}{part or ''})"

    return _outside_blocks(_MODULE.sub(_public_names, markdown), turned)


def _public_names(found: re.Match[str]) -> str:
    """Say each public name of a module: the reader of sources would miss one that a file beside it is called by too."""
    module = found[1]
    folder = ROOT / "src" / module.replace(".", "/")
    source = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    body = ast.parse(source.read_text("utf-8")).body
    (names,) = (ast.literal_eval(part.value) for part in body if isinstance(part, ast.Assign) and _is_all(part))
    inside = [f"{name}.{name}" if (folder / f"{name}.py").exists() else name for name in names]
    quiet = ("members: false", "show_root_heading: false", "show_root_toc_entry: false")
    about = "\n      ".join([f"::: {module}\n    options:", *quiet]) + "\n"
    return "\n".join([about, *(f"::: {module}.{name}\n" for name in inside)])


def _is_all(part: ast.Assign) -> bool:
    return [target.id for target in part.targets if isinstance(target, ast.Name)] == ["__all__"]


def on_page_content(html: str, **_: Any) -> str:
    """Make the empty corner of a table no heading: it would be one without a name."""
    return html.replace("<th></th>", "<td></td>")


def _outside_blocks(markdown: str, turned: Any) -> str:
    """Change the links of a page, but not what stands in its blocks of code."""
    parts, last = [], 0
    for block in _BLOCK.finditer(markdown):
        parts += [_LINK.sub(turned, markdown[last : block.start()]), block[0]]
        last = block.end()
    return "".join([*parts, _LINK.sub(turned, markdown[last:])])


def notebook(path: Path) -> str:
    """Return a notebook as Markdown: its words, its code, and what that said when it was last run."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n\n".join(part for cell in cells for part in _cell(cell))


def _cell(cell: dict[str, Any]) -> list[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return [source]
    return [f"```python\n{source}\n```", *(_output(output) for output in cell["outputs"])]


def _output(output: dict[str, Any]) -> str:
    data = {kind: "".join(text) for kind, text in output.get("data", {"text/plain": output.get("text", "")}).items()}
    if "image/png" in data:
        image = data["image/png"].replace("\n", "")
        return f"![The picture that the code above makes](data:image/png;base64,{image})"
    if "text/html" in data:
        return _table(data["text/html"])
    return f"```text\n{data['text/plain'].rstrip()}\n```"


def _table(html: str) -> str:
    """Return the table of a DataFrame without the looks that it brings: it has the site's."""
    plain = re.sub(r"<style.*?</style>|</?div>", "", html, flags=re.DOTALL)
    plain = re.sub(r"<(table|tr)\s[^>]*>", r"<\1>", plain)
    return re.sub(r"\n\s*", "\n", plain).strip()
