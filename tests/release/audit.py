"""What a vulnerability service knows of the pinned dependencies: who was not looked up is not without a flaw."""

import json
import subprocess
import sys

_SERVICES = ("pypi", "osv")


class NotDone(Exception):
    """It could not be tried here; the message says why."""


def read_report(text):
    """Sort what pip-audit says (JSON): how many were looked up, the flaws in sentences, and who was not looked up.

    pip-audit ends well when its service answers for none of them: it then only calls each of them skipped.
    """
    listed = json.loads(text)["dependencies"]
    skipped = [entry["name"] for entry in listed if "skip_reason" in entry]
    flaws = [
        f"{entry['name']} {entry['version']}: {flaw['id']}"
        + (f", mended in {', '.join(flaw['fix_versions'])}" if flaw["fix_versions"] else ", not mended yet")
        for entry in listed
        for flaw in entry.get("vulns", ())
    ]
    return len(listed) - len(skipped), flaws, skipped


def audit(constraints):
    """Ask the services in turn until one answers; return what it said, in a sentence.

    Raises NotDone when none can be reached, or none knows them all; RuntimeError when there is a known flaw.
    """
    why = []
    for service in _SERVICES:
        command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service, "--format", "json"]
        command += ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--requirement", str(constraints)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.stdout.startswith("{"):
            lines = done.stderr.strip().splitlines()
            why.append(f"{service} cannot be reached ({lines[-1][:160] if lines else 'it said nothing'})")
            continue
        looked_up, flaws, skipped = read_report(done.stdout)
        if flaws:
            raise RuntimeError("\n".join(flaws))
        if not skipped:
            return f"{service} knows no flaw in any of {looked_up} pinned packages"
        why.append(f"{service} knows nothing of {len(skipped)} of {looked_up + len(skipped)} packages")
    raise NotDone("; ".join(why))
