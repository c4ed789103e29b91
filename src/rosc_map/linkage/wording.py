"""The result of a linkage test in plain English, each figure with its denominator."""

from fractions import Fraction

from rosc_map.linkage.figures import LinkageEstimate, Share
from rosc_map.records import counted, percent

__all__ = ["result_sentences"]

_FOUND = {
    1: "found that the other service was at least known",
    2: "found a link",
    3: "found a way in",
    4: "found an offer of active help",
}


def result_sentences(result: LinkageEstimate) -> tuple[str, ...]:
    """Say what a round found, what it could not, and how sure that is.

    Parameters
    ----------
    result
        The figures; their own ``sentences`` are not looked at.

    Returns
    -------
    tuple of str
        At least one sentence, whatever the answers.
    """
    # First what is not over, or the figures would be read as the result.
    said = [_pending(result), _answered(result), _referral(result), _as_caller(result), _bounds(result)]
    said += [_contacts(result), _closed(result), _closed_questions(result), _unanswered(result), _unsettled(result)]
    said += [_two_ends(result), _silent_groups(result), _merged_groups(result)]
    return tuple(sentence for sentence in said if sentence)


def _interval(share: Share) -> str:
    if share.low is None or share.high is None or share.census:
        return ""
    return f" (95 % interval {percent(share.low)} to {percent(share.high)})"


def _caution(share: Share) -> str:
    if share.low is None:
        return " One service has answered; one is too few to say how sure this is."
    return ""


def _weighed(result: LinkageEstimate, share: Share, found: str) -> str:
    """Say how many questions found a link, and why the figure is not just their share; "" where it is, as shown."""
    if share.estimate is None or percent(share.estimate) == percent(Fraction(share.linked, share.questions)):
        return ""
    each = "each service counts by how many others it could be asked about"
    if result.groups > 1:
        each = "each group of the draw counts by how many questions could be asked in it"
    return f"{share.linked:,} of which {found}: {each}"


def _answered(result: LinkageEstimate) -> str:
    share, found = result.answered, _FOUND[result.threshold]
    if share.estimate is None:
        return "Nobody has answered yet, so there is no figure."
    asked = f"{counted(share.questions, 'question')} answered by {counted(share.sources, 'service')}"
    if weighed := _weighed(result, share, found):
        text = f"Linkage is put at {percent(share.estimate)}{_interval(share)}, from {asked}, {weighed}."
    else:
        text = f"Of {asked}, {percent(share.estimate)} {found}{_interval(share)}."
    if share.census:
        return text + " Every possible question was asked and answered, so this is the whole and not a sample."
    return text + _caution(share)


def _referral(result: LinkageEstimate) -> str:
    share = result.referral
    if share.estimate is None or result.threshold == 3:
        return ""
    figure, same = percent(share.estimate), f"the same {counted(share.questions, 'question')}"
    if weighed := _weighed(result, share, "found one"):
        way_in = "Linkage with a way in, a referral route or the right contact,"
        return f"{way_in} is put at {figure}{_interval(share)}, from {same}, {weighed}.{_caution(share)}"
    way_in = f"{_FOUND[3]}: a referral route or the right contact"
    return f"Of {same}, {figure} {way_in}{_interval(share)}.{_caution(share)}"


def _as_caller(result: LinkageEstimate) -> str:
    share = result.as_caller
    unreached = share.sources - result.answered.sources
    if share.estimate is None:
        return ""
    if not unreached and result.pending:
        return "What a caller would meet is not known until the calls are finished."
    if not unreached:
        return "Nobody refused, was silent or had a wrong number, so a caller would meet the same figure."
    met = (
        f"As a caller would meet it, counting {counted(unreached, 'service')} that could not be reached or preferred"
        " not to take part as no link"
    )
    figure, asked = percent(share.estimate), counted(share.questions, "question")
    if weighed := _weighed(result, share, _FOUND[result.threshold]):
        text = f"{met}, linkage is put at {figure}{_interval(share)}, from {asked}, {weighed}."
    else:
        text = f"{met}: {figure} of {asked}{_interval(share)}."
    if share.low is None and result.answered.estimate is None:
        return text + " One service is too few to say how sure this is."
    return text


def _bounds(result: LinkageEstimate) -> str:
    low, high = result.bounds.low, result.bounds.high
    if low is None or high is None or result.answered.estimate is None or low == high:
        return ""
    return (
        f"The questions without an answer leave room: the figure would be {percent(low)} if none of them had found"
        f" a link, and {percent(high)} if all had."
    )


def _contacts(result: LinkageEstimate) -> str:
    if result.contact_rate is None:
        return ""
    verb = "was" if result.contacted == 1 else "were"
    return (
        f"{counted(result.contacted, 'service')} {verb} contacted, of {result.frame_size:,} that could be;"
        f" {result.reached:,} answered ({percent(result.contact_rate)})."
    )


def _closed(result: LinkageEstimate) -> str:
    if not result.closed:
        return ""
    verb = "has closed or is" if result.closed == 1 else "have closed or are"
    text = f"{counted(result.closed, 'service')} {verb} out of scope, and in none of the figures."
    return text + _instead(result.replaced, "reserve service")


def _closed_questions(result: LinkageEstimate) -> str:
    if not result.closed_questions:
        return ""
    verb = "was" if result.closed_questions == 1 else "were"
    text = (
        f"{counted(result.closed_questions, 'question')} {verb} about services that have closed or are out of scope,"
        " and in none of the figures."
    )
    return text + _instead(result.replaced_questions, "reserve question")


def _instead(reserves: int, noun: str) -> str:
    if not reserves:
        return ""
    return f" {counted(reserves, noun)}, drawn at the same time, {'stands' if reserves == 1 else 'stand'} in."


def _unanswered(result: LinkageEstimate) -> str:
    if not result.unanswered:
        return ""
    left = counted(result.unanswered, "question")
    return f"{left} to services that answered others had no answer: not tested, not “no link”."


def _unsettled(result: LinkageEstimate) -> str:
    if not result.unsettled:
        return ""
    verb, left = ("has", "is") if result.unsettled == 1 else ("have", "are")
    return (
        f"{counted(result.unsettled, 'question')} {verb} two different answers, and {left} left open until somebody"
        " settles them."
    )


def _two_ends(result: LinkageEstimate) -> str:
    if not result.unsettled_contacts:
        return ""
    return (
        f"For {counted(result.unsettled_contacts, 'service')}, it is written down in two ways how the contact ended,"
        " and somebody has to settle which is right."
    )


def _silent_groups(result: LinkageEstimate) -> str:
    if not result.groups_silent or result.answered.estimate is None:
        return ""
    return (
        f"Nobody has answered in {counted(result.groups_silent, 'group')} of the draw; the others stand for"
        f" {'it' if result.groups_silent == 1 else 'them'}."
    )


def _merged_groups(result: LinkageEstimate) -> str:
    if not result.groups_merged:
        return ""
    return (
        f"To say how sure the figure is, {counted(result.groups_merged, 'group')} of the draw are taken together: one"
        " service alone answered in a group."
    )


def _pending(result: LinkageEstimate) -> str:
    if not result.pending:
        return ""
    blank = result.pending - result.not_rung - result.tried - result.call_back
    kinds = (
        (result.not_rung, "not rung yet"),
        (result.tried, "tried and not reached so far"),
        (result.call_back, "to be rung back"),
        (blank, "rung with no answer to count yet"),
    )
    left = ", ".join(f"{number:,} {words}" for number, words in kinds if number)
    drawn = result.as_caller.sources + result.pending + result.closed
    text = f"The calls are not finished; of {counted(drawn, 'service')} drawn: {left}."
    return text + " They are only in what is left open below." if _bounds(result) else text
