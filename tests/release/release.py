"""What is tried before a release: ``python tests/release/release.py`` (``make release``).

Each step says what it did. A step that could not be tried here is named as not done, and then the release is not ready.
"""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from artifacts import ROOT, build, contents, differences, only, sdist_problems, wheel_problems
from audit import NotDone, audit
from minimum import minimum

OUT = ROOT / "build" / "release"
SBOM = ROOT / "build" / "sbom.json"
FAST_PART = (
    *("tests/records", "tests/network", "tests/place/test_place.py", "tests/store/test_store.py"),
    *("tests/store/test_migrations.py", "tests/exchange/test_write.py", "tests/exchange/test_workbook.py"),
    *(
        "tests/exchange/test_graph_files.py",
        "tests/linkage/test_linkage_estimate.py",
        "tests/gaps/test_gaps_made_up.py",
    ),
    *("tests/partnership/test_duplicates.py", "tests/show/test_report_docx.py", "tests/cli/test_cli.py"),
    *("tests/cli/test_cli_map.py", "tests/web/test_web_pages.py"),
)
"""Something of each direct dependency."""

_TEST_TOOLS = ("pytest", "pytest-xdist", "hypothesis")


def run(*command, **options):
    """Run a program, and return what it said; what it said is told when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[:6]))} …\n{done.stdout[-3000:]}{done.stderr[-2000:]}")
    return done.stdout


@dataclass(frozen=True)
class Venv:
    """An environment of its own, without pip, so that it holds what the wheel brings and nothing else."""

    folder: Path

    @classmethod
    def fresh(cls, name):
        folder = OUT / name
        shutil.rmtree(folder, ignore_errors=True)
        run(sys.executable, "-m", "venv", "--without-pip", folder)
        return cls(folder)

    @property
    def python(self):
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def command(self):
        return self.python.with_name("rosc-map")

    def install(self, *words):
        run(sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", *words)
        # Where the wheel lay is nothing of the package's.
        for note in self.folder.rglob("rosc_map-*.dist-info/direct_url.json"):
            note.unlink()

    def versions(self):
        """Name and version of all that is installed."""
        return run(sys.executable, "-m", "pip", "--python", self.python, "freeze", "--all").splitlines()


def wheel():
    return only(OUT / "dist", "*.whl")


def built():
    """The sdist from the tree and the wheel from the sdist, and beside it the wheel from the tree."""
    for name in ("dist", "from-tree"):
        shutil.rmtree(OUT / name, ignore_errors=True)
        (OUT / name).mkdir(parents=True)
    build(OUT / "dist")
    build(OUT / "from-tree", "--wheel")
    return ", ".join(f"{path.name} ({path.stat().st_size / 1e6:.1f} MB)" for path in sorted((OUT / "dist").iterdir()))


def checked():
    """What must and must not be in them; and both wheels are the same."""
    of_wheel, of_sdist = contents(wheel()), contents(only(OUT / "dist", "*.tar.gz"))
    other = differences(of_wheel, contents(only(OUT / "from-tree", "*.whl")))
    problems = [*wheel_problems(of_wheel), *sdist_problems(of_sdist), *(f"The wheels differ in {n}." for n in other)]
    if problems:
        raise RuntimeError("\n".join(problems))
    return f"{len(of_wheel)} files in the wheel, {len(of_sdist)} in the sdist; the wheel from the tree is the same"


def used(venv):
    """Run the commands outside the repository, as somebody would who has only the wheel."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = {"cwd": folder, "env": os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": ""}}
        said = run(venv.command, "--version", **here).strip()
        where = run(venv.command, "where", "TS1 2PA", **here)
        if "Middlesbrough" not in where:
            raise RuntimeError(f"where said:\n{where}")
        run(venv.command, "serve", "--help", **here)
        run(venv.command, "demo", "--out", folder / "demo", **here)
        files = sum(path.is_file() for path in (folder / "demo").rglob("*"))
    return f"{said}: where, serve --help, and demo ({files} files)"


def tested(venv):
    """Run the fast part of the tests on what is installed, from the wheel."""
    venv.install(*_TEST_TOOLS, "--constraint", OUT / f"{venv.folder.name}-as-tried.txt")
    # What is no error for a user need be none here: old and new versions warn of other things than the pinned ones.
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "filterwarnings=default"]
    environment = os.environ | {"PYTHONPATH": "", "CI": ""}
    said = run(venv.python, "-m", "pytest", *options, *FAST_PART, cwd=ROOT, env=environment)
    return said.strip().splitlines()[-1]


def as_tried(venv, *words):
    """Install, use, test; and keep the list of the versions with which it was tried."""
    venv.install(*words)
    listed = [line for line in venv.versions() if not line.startswith("rosc-map")]
    (OUT / f"{venv.folder.name}-as-tried.txt").write_text("\n".join(listed) + "\n", "utf-8")
    return f"{used(venv)}; tests: {tested(venv)}"


def as_in_the_readme():
    """The pinned versions; of this environment the list of all that is in it (SBOM) is made."""
    venv = Venv.fresh("pinned")
    venv.install("--constraint", ROOT / "constraints.txt", f"{wheel()}[all]")
    said = used(venv)
    SBOM.parent.mkdir(exist_ok=True)
    run(
        *(sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", ROOT / "pyproject.toml"),
        *("--mc-type", "application", "--output-reproducible", "--of", "JSON", "-o", SBOM, venv.python),
    )
    text = SBOM.read_text("utf-8")
    if str(ROOT) in text or str(Path.home()) in text:
        raise RuntimeError("The SBOM names a folder of this machine.")
    return f"{said}; {len(venv.versions())} packages in {SBOM.relative_to(ROOT)}"


def at_the_minimum():
    listed = OUT / "minimum.txt"
    listed.write_text("\n".join(minimum((ROOT / "pyproject.toml").read_text("utf-8"))) + "\n", "utf-8")
    return as_tried(Venv.fresh("minimum"), "--requirement", listed, f"{wheel()}[all]")


def at_the_newest():
    return as_tried(Venv.fresh("newest"), f"{wheel()}[all]")


def audited():
    return audit(ROOT / "constraints.txt")


STEPS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("Wheel and sdist are built", built),
    ("Their contents are right", checked),
    ("The wheel works with the pinned versions, outside the repository", as_in_the_readme),
    ("It works with the declared minimum of each dependency", at_the_minimum),
    ("It works with the newest version of each dependency", at_the_newest),
    ("No known flaw in the pinned versions", audited),
)


def main():
    """Try all steps, say how each ended, and return 0 when all were done."""
    OUT.mkdir(parents=True, exist_ok=True)
    print(f"Release of rosc-map, tried on {dt.datetime.now(dt.UTC):%d %B %Y} with Python {sys.version.split()[0]}")
    ready = True
    for title, step in STEPS:
        try:
            print(f"done      {title}: {step()}", flush=True)
        except NotDone as error:
            ready = False
            print(f"NOT DONE  {title}: {error}", flush=True)
        except (RuntimeError, ValueError, OSError) as error:
            ready = False
            print(f"FAILED    {title}: {error}", flush=True)
    print("Ready to release." if ready else "Not ready to release: see what FAILED or was NOT DONE.")
    return 0 if ready else 1


if __name__ == "__main__":
    sys.exit(main())
