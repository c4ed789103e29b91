"""The wheel and the sdist: how they are built, and what must and must not be in them."""

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
IN_WHEEL = (
    "rosc_map/py.typed",
    "rosc_map/_data/boundaries/about.json",
    "rosc_map/_data/boundaries/local_authorities.csv",
    "rosc_map/_data/boundaries/uk_local_authorities.topojson",
    "rosc_map/_data/postcodes/live_gb.bits.xz",
)
"""What the wheel has besides all of ``src/rosc_map``."""

IN_SDIST = (
    *(
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "NOTICE",
        "Makefile",
        "constraints.txt",
        "pyproject.toml",
        "mkdocs.yml",
        ".ci/run",
    ),
    *("data/boundaries/about.json", "data/postcodes/live_gb.bits.xz", "deploy/rosc-map.service", "docs/privacy.md"),
    *("notebooks/1_record_and_map.ipynb", "notebooks/1_record_and_map.py", "notebooks/jupytext.toml"),
    *("benchmarks/run.py", "tests/conftest.py", "tests/store/fixtures/schema-1.gpkg"),
)
"""Some of what whoever has only the sdist needs, to build, to run the tests, to read and to deploy."""

_JUNK = re.compile(r"__pycache__|\.py[cod]$|\.egg-info|\.pytest_cache|\.venv|\.git/|\.DS_Store|\.gpkg-(?:wal|shm)$|~$")
_TEXT = frozenset((".py", ".md", ".csv", ".json", ".html", ".css", ".js", ".txt", ".toml", ".mako", ".ipynb", ""))


def build(out, *options, root=ROOT):
    """Build into a folder with ``python -m build``; options such as ``--wheel`` or ``--no-isolation``."""
    command = [sys.executable, "-m", "build", "--outdir", str(out), *options, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=out)
    if done.returncode:
        raise RuntimeError(f"It was not built:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def only(folder, pattern):
    """The one file of a folder that is called so."""
    (found,) = folder.glob(pattern)
    return found


def contents(archive):
    """What is in a wheel or an sdist: bytes by name; of an sdist without the folder that all of it is in."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as file:
            return {name: file.read(name) for name in file.namelist() if not name.endswith("/")}
    with tarfile.open(archive) as file:
        members = [member for member in file.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: file.extractfile(member).read() for member in members}


def wheel_problems(held, root=ROOT):
    """What is wrong with the contents of a wheel, in sentences."""
    sources = {
        path.relative_to(root / "src").as_posix()
        for path in (root / "src" / "rosc_map").rglob("*")
        if path.is_file() and not _JUNK.search(path.as_posix())
    }
    named = {name.partition(".dist-info/")[2] for name in held if ".dist-info/" in name}
    wanted = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE"}
    strange = {name for name in held if not name.startswith("rosc_map/") and ".dist-info/" not in name}
    more = {name for name in held if name.startswith("rosc_map/")} - sources - set(IN_WHEEL)
    return [
        *(f"It lacks {name}." for name in sorted((sources | set(IN_WHEEL)) - held.keys())),
        *(f"Its metadata lacks {name}." for name in sorted(wanted - named)),
        *(f"It holds {name}, which is not the package's." for name in sorted(strange | more)),
        *_unwanted(held, root),
    ]


def sdist_problems(held, root=ROOT):
    """What is wrong with the contents of an sdist, in sentences."""
    return [
        *(f"It lacks {name}." for name in IN_SDIST if name not in held),
        *(f"It holds {name}, which git does not know." for name in sorted(_lying_about(held, root))),
        *_unwanted(held, root),
    ]


def _lying_about(held, root):
    """What only lay in the folder, such as somebody's own records; it cannot be told where the folder is not Git's."""
    if not (root / ".git").exists():
        return set()
    # Whoever builds need not be who owns the folder.
    command = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"]
    known = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return held.keys() - set(known) - {"PKG-INFO"}


def _unwanted(held, root):
    junk = [f"It holds {name}." for name in sorted(held) if _JUNK.search(name)]
    here = [str(path).encode() for path in {root, root.resolve(), Path.home(), Path(sys.prefix)} if len(path.parts) > 2]
    texts = {name: data for name, data in held.items() if PurePosixPath(name).suffix in _TEXT}
    return [
        *junk,
        *(f"{name} names a folder of this machine." for name in sorted(texts) if any(p in texts[name] for p in here)),
    ]


def differences(one, other):
    """The names of what is not the same in two wheels."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
