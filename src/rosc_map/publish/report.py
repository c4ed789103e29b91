"""A board paper: the guidance's five questions, answered with what one audience may see; or one page (guidance part 3).

Nothing is worked out anew here: the paper takes what the gap analysis, the network and the newest round say, puts it
under the questions, and takes its next steps from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType

from rosc_map.errors import InputError
from rosc_map.publish import published as gate
from rosc_map.publish.gaps_types import MapLayer, PublishedGaps
from rosc_map.publish.handoffs_layer import handoffs_layer
from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.newest_round import newest_round
from rosc_map.publish.published import require_published
from rosc_map.publish.report_actions import actions_of
from rosc_map.publish.report_basis import Answer, Asked, Paper, Step
from rosc_map.publish.report_mapping import mapping
from rosc_map.publish.report_pages import coverage_page, ending_page, linkage_page
from rosc_map.publish.report_partners import partners
from rosc_map.publish.report_planning import commissioning, funding_and_growth
from rosc_map.publish.report_safety import safe_and_effective
from rosc_map.publish.report_types import PAPERS, PublishedReport, ReportPart
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import shown_words
from rosc_map.publish.view import view
from rosc_map.records import codelist

__all__ = ["publish_report"]

_QUESTIONS: Mapping[str, Mapping[str, Asked]] = MappingProxyType(
    {
        "board": {
            "partners": partners,
            "mapping": mapping,
            "commissioning": commissioning,
            "safe_and_effective": safe_and_effective,
            "funding_and_growth": funding_and_growth,
        },
        "linkage": {"mapping": linkage_page},
        "coverage": {"commissioning": coverage_page, "funding_and_growth": ending_page},
    }
)
"""Which questions each kind of paper answers, and with what."""

_MOST_IN_SHORT, _MOST_DECISIONS, _MOST_NOT_KNOWN = 7, 3, 6
_BLANKS = MappingProxyType(
    {
        "Decision owner": "The organisation or role, not a person's name",
        "Decide by": "A date",
        "Lived experience co-author": "As they wish to be named",
    }
)
_LINKS = MappingProxyType(
    {
        "The guidance, part 3: how to develop systems of care that support recovery (GOV.UK)": (
            "https://www.gov.uk/government/publications/recovery-support-services-and-lived-experience-initiatives"
            "/part-3-how-to-develop-systems-of-care-that-support-recovery"
        ),
        "CLERO, who wrote the LERO standards": "https://www.clero.co.uk",
    }
)
_LIMITS = (
    "Not surveyed means that nobody has looked: it is no gap, and is not counted as one.",
    "None found means that somebody looked and found none: there may be one all the same.",
    "Records are what services and volunteers reported; one that was not checked lately may be out of date.",
    "Distances are straight lines, not journeys.",
    "A link that is not recorded may be there: of most pairs of services nobody may have been asked.",
    "Where numbers are small, a figure may be as it is by chance alone: read it with its interval where it has one.",
    "Services, authorities and groups are not ranked or scored: the figures are for talking together.",
    "The guidance applies to England.",
)
_OF_A_TEST = ("Drawn on", "A pair counts", "Intervals")
"""How the three begin that say how services were drawn, what counts as linked, and what the interval is."""

_NO_PAGE_ACTIONS = "The actions are in the board paper, not on this page."


def publish_report(
    snapshot: Snapshot, found: PublishedGaps, network: PublishedNetwork, kind: str = "board"
) -> PublishedReport:
    """Put together a board paper, or one page, for the audience of a gap analysis and a network.

    Parameters
    ----------
    snapshot
        Everything that is held, of which ``found`` and ``network`` are made; the newest round and the actions are read
        from it through the gate.
    found, network
        What is missing and where, and who refers to whom: both for one audience, of one partnership and day.
    kind
        One of ``PAPERS``: ``board``, ``linkage`` or ``coverage``.

    Raises
    ------
    NotPublished
        When ``found`` or ``network`` has not passed the gate.
    InputError
        For a kind that there is not, or when the three are not of one audience, partnership and day.
    """
    found, network = require_published(found, PublishedGaps), require_published(network, PublishedNetwork)
    if kind not in PAPERS:
        raise InputError(f"{kind!r} is not a kind of paper. Choose one of: {', '.join(PAPERS)}.")
    _check(snapshot, found, network)
    paper = Paper(snapshot, found, network, newest_round(snapshot, found.audience))
    answers = {key: answer(paper) for key, answer in _QUESTIONS[kind].items()}
    decided = _decided(answers.values())
    actions, actions_said = actions_of(paper)
    if kind != "board" and paper.for_partners:
        actions, actions_said = None, _NO_PAGE_ACTIONS
    return PublishedReport(
        kind=kind,
        gaps=found,
        network=network,
        round=paper.round,
        in_short=_once(line for answer in answers.values() for line in answer.in_short)[:_MOST_IN_SHORT],
        decision=tuple(step.agree for step in decided),
        named={step.agree: step.named for step in decided if step.named},
        blanks=_BLANKS,
        parts=tuple(_part(key, answer) for key, answer in answers.items()),
        not_known=_weightiest({key: answer.not_known for key, answer in answers.items()}),
        actions=actions,
        actions_said=actions_said,
        method=_method(paper, kind),
        limits=_LIMITS,
        licences=_once((*found.licences, *network.licences)),
        links=_LINKS,
        layers=_layers(paper, answers.values()),
        gate=gate._GATE,
    )


def _check(snapshot: Snapshot, found: PublishedGaps, network: PublishedNetwork) -> None:
    """Refuse what is of two audiences: a paper would tell the one what only the other may know."""
    if found.audience is not network.audience:
        raise InputError(
            f"The gap analysis is for {found.audience.value} and the network for {network.audience.value}. Make both "
            "for one audience."
        )
    held = (shown_words(snapshot.title, view(snapshot, found.audience), found.audience), snapshot.as_at)
    if (found.title, found.as_at) != held or (network.title, network.as_at) != held:
        raise InputError("The gap analysis or the network is of another partnership or day. Make both anew.")


def _layers(paper: Paper, answers: Iterable[Answer]) -> tuple[MapLayer, ...]:
    """Return the handoff reach by authority, where a question shows it and there are authorities to compare."""
    if len(paper.gaps.published.areas) <= 1 or not any("handoffs" in answer.pictures for answer in answers):
        return ()
    layer = handoffs_layer(paper.snapshot, paper.gaps)
    return () if layer is None else (layer,)


def _part(key: str, answer: Answer) -> ReportPart:
    question = codelist("five_questions")[key]
    return ReportPart(
        key=key,
        heading=question.label,
        question=question.definition,
        sentences=_once(answer.sentences),
        not_known=_once(answer.not_known),
        steps=_once(step.words for step in answer.steps),
        tables=answer.tables,
        pictures=answer.pictures,
        in_short=_once(answer.in_short),
        first_steps=_once(step.words for at, step in enumerate(answer.steps) if not at or step.first),
    )


def _decided(answers: Iterable[Answer]) -> list[Step]:
    """Return what the board is asked to agree: the weightiest steps; equal ones in the order of the questions."""
    steps = [step for answer in answers for step in answer.steps if step.agree]
    return sorted(steps, key=lambda step: step.weight)[:_MOST_DECISIONS]


def _weightiest(by_question: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the first of what is not known of each question, then the second of each, until there are enough.

    Where nobody has looked stands first: all other figures are to be read with it.
    """
    keys = sorted(by_question, key=lambda key: key != "mapping")
    turns = zip_longest(*(by_question[key] for key in keys), fillvalue="")
    return _once(line for turn in turns for line in turn if line)[:_MOST_NOT_KNOWN]


def _method(paper: Paper, kind: str) -> tuple[str, ...]:
    """Return how it was worked out, the weightiest first; what has to stand beside the figures of the test is in it."""
    of_gaps, of_network = paper.gaps.method, paper.network.method[:-1]
    of_the_test = (*paper.round.method, *paper.round.notes) if paper.round else ()
    if kind == "linkage":
        first = tuple(line for line in of_the_test if line.startswith(_OF_A_TEST))
        return _once((*first, *of_network, *of_the_test, *of_gaps))
    return _once((*of_gaps, *of_network, *of_the_test))


def _once(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))
