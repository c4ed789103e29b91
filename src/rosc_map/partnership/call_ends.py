"""Taking back what was written down of how a call ended, and taking back a round that nobody has begun."""

from rosc_map.errors import InputError
from rosc_map.publish import FINAL_ENDS, HeldCalls
from rosc_map.records import Answer, Attempt, Question, Reply, Round, same_person
from rosc_map.store import Writer

__all__ = ["remove_unused_round", "take_back_end"]


def take_back_end(held: HeldCalls, writer: Writer, source: str, whose: str | None) -> None:
    """Take back how the call of a service ended: what is final, or else the last try of "no answer".

    Parameters
    ----------
    held, writer
        What is held of the round, and the running change.
    source
        The id of the service.
    whose
        Who takes it back, and only what they wrote themselves; None for who coordinates. Of tries nobody knows who made
        which.

    Raises
    ------
    InputError
        When there is nothing to take back, or somebody else wrote it.
    """
    told = [row for row in held.contacts if row["source"] == source]
    final = [row for row in told if row["contact"] in FINAL_ENDS]
    if whose is not None and any(same_person(row["by"]) != same_person(whose) for row in final):
        raise InputError("Somebody else wrote down how this call ended. Ask your coordinator to change it.")
    taken = final or [row for row in told if row["contact"] == "no_answer"]
    if not taken:
        raise InputError("Nothing was written down of how this call ended. Go back to the call.")
    for row in taken:
        key = {"round": held.round, "source": source, "contact": row["contact"]}
        before = tuple(sorted(row["tries"] or ()))[:-1]
        if before and not final:
            writer.update(Attempt, key, {"tries": before})
        else:
            writer.delete(Attempt, key)
    if held.stored["feedback_on"]:
        # Nobody may see what the organisation itself has not seen.
        writer.update(Round, {"round": held.round}, {"feedback_on": None})


def remove_unused_round(writer: Writer, name: str) -> None:
    """Remove a round with its questions.

    Parameters
    ----------
    writer
        The running change.
    name
        The round, as it is stored.

    Raises
    ------
    InputError
        When somebody has begun it, or a later round asks its questions again.
    """
    writer.hold(Round, {"round": name})
    if any(len(writer.read(record, {"round": name})) for record in (Answer, Attempt, Reply)):
        raise InputError(
            f"{name} has answers or calls already, so it stays. Make its other calls, or leave it as it is."
        )
    if len(writer.read(Round, {"panel_of": name}, ("round",))):
        raise InputError(f"A later round asks the questions of {name} again. Remove that one first.")
    writer.delete(Question, {"round": name})
    writer.delete(Round, {"round": name})
