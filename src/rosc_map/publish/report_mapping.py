"""The second question: what is there, how well connected it is, and where the gaps are."""

from dataclasses import replace
from typing import Literal

import pandas as pd

from rosc_map import gaps
from rosc_map.publish.gaps_basis import authorities
from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.report_basis import Answer, Paper, Step, listed
from rosc_map.publish.report_links import connected, two_way_table
from rosc_map.records import codelist, counted, label, row_dicts

__all__ = ["mapping", "types_table"]

_STATUSES = {"served": "Served", "none_found": "None found", "not_surveyed": "Not surveyed", "authorities": "Of"}
_BY_TYPE = {
    "asset_type": ("types", "What is there, by type"),
    "rss_type": ("six-types", "The six types of support"),
}
_NO_SURVEY = "no survey recorded"
_PICTURES = ("provision", "reach", "need_provision", "freshness", "handoffs", "handoff_chart", "linkage")


def mapping(paper: Paper) -> Answer:
    """Say what is there, how it is connected, and where somebody looked and found none."""
    there, links = (*paper.said("provision"), *_need(paper)), connected(paper)
    reach, measured = (*paper.said("reach")[:1],), (*paper.said("reach")[1:],)
    return Answer(
        sentences=(*there, *links.sentences, *reach, *_freshness(paper)),
        not_known=(
            *_not_surveyed(paper),
            *links.not_known,
            *paper.cautions("provision"),
            *(paper.cautions("need") if paper.part("need").sentences else ()),
            *paper.cautions("reach"),
            *measured,
            *paper.cautions("freshness")[:2],
        ),
        steps=(*_begin(paper), *_survey_steps(paper), *_emerging_steps(paper), *_fresh_steps(paper), *links.steps),
        tables=(
            types_table(paper, "asset_type"),
            *map(_when_looked, paper.tables("provision", "provision")),
            *_handoffs(paper),
            *two_way_table(paper),
        ),
        pictures=_PICTURES,
        in_short=(there[0], *links.in_short),
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def types_table(paper: Paper, of: Literal["asset_type", "rss_type"]) -> GapsTable:
    """Return how many authorities have each status: of the asset types, or of the six types of recovery support."""
    key, title = _BY_TYPE[of]
    found = gaps.tallies(paper.gaps.published.provision, of)
    table = found.assign(type=[label(of, code) for code in found["code"]])
    note = f"How many authorities ({paper.today}). Not surveyed: nobody has looked, so it is no gap."
    return GapsTable(key, title, table, {"type": "Type", **_STATUSES}, (note,))


def _when_looked(provision: GapsTable) -> GapsTable:
    """Return the table of provision, in which no cell is blank where no survey is recorded."""
    if "looked" not in provision.table:
        return provision
    return replace(provision, table=provision.table.assign(looked=provision.table["looked"].replace("", _NO_SURVEY)))


def _handoffs(paper: Paper) -> tuple[GapsTable, ...]:
    if paper.network.handoffs.empty or paper.network.links.empty:
        return ()
    heads = {"type": "Type", "one": "Directly", "two": "Within two handoffs", "services": "Of services"}
    note = f"How many services can hand somebody on to it, by the links that are recorded ({paper.today}): at least so."
    return (GapsTable("handoffs", "Who can hand somebody on", paper.network.handoffs, heads, (note,)),)


# --- not surveyed, and none found: never the same ---------------------------------------------------------------------


def _of(paper: Paper, status: str) -> tuple[list[str], str]:
    """Return the authorities with a status of LEROs, by name, and how many they are of how many."""
    table = paper.gaps.published.provision.by_authority
    names = [str(name) for name in table.loc[table["status_lero"] == status, "name"]]
    return names, f"{len(names):,} of {authorities(len(table))}"


def _not_surveyed(paper: Paper) -> tuple[str, ...]:
    names, how_many = _of(paper, gaps.Status.NOT_SURVEYED)
    if not names:
        return ()
    are = "is" if len(names) == 1 else "are"
    return (f"{how_many} {are} not surveyed for LEROs ({paper.today}): what is there is not known, and it is no gap.",)


def _begin(paper: Paper) -> tuple[Step, ...]:
    published = paper.gaps.published
    if len(published.assets) or len(published.not_named):
        return ()
    return (
        Step(
            f"Begin with what is there: no service may be shown here yet ({paper.today}). Ask local services, lived "
            "experience leaders and mutual aid representatives, and write down what they name.",
            f"to write down what is there with people with lived experience; nothing may be shown yet ({paper.today}).",
            weight=0,
        ),
    )


def _survey_steps(paper: Paper) -> tuple[Step, ...]:
    names, how_many = _of(paper, gaps.Status.NOT_SURVEYED)
    if not names:
        return ()
    are = "is" if len(names) == 1 else "are"
    return (
        Step(
            f"Look where nobody has looked: {how_many} {are} not surveyed for LEROs ({paper.today}): {listed(names)}. "
            f"Ask the guidance's {len(codelist('group_asked'))} groups there.",
            f"to have somebody look for LEROs in the {how_many} not surveyed yet ({paper.today}).",
            weight=3,
        ),
    )


def _emerging_steps(paper: Paper) -> tuple[Step, ...]:
    """Where no LERO was found: what is there grows of itself, and is helped to; nobody orders one."""
    found = gaps.emerging(paper.gaps.published.provision)
    if found.empty:
        return ()
    _, how_many = _of(paper, gaps.Status.NONE_FOUND)
    here = "; ".join(f"{row['name']}: {_groups(row)}" for row in row_dicts(found.head(6)))
    more = f"; and in {len(found) - 6:,} more" if len(found) > 6 else ""
    return (
        Step(
            f"No LERO was found in {how_many} ({paper.today}). Find what is emerging there and help it grow, at its "
            f"own pace and under its own lead. {here}{more}. Ask these groups what would help them."
            f"{_on_offer(paper)}{_look_again(paper)}",
            f"to find what is emerging in the {how_many} where no LERO was found ({paper.today}), and to offer it help "
            "to grow.",
            weight=4,
            first=True,
        ),
    )


def _groups(row: dict[str, int | None]) -> str:
    words = {"lived_experience_initiative": "lived experience initiative", "mutual_aid": "mutual aid group"}
    said = [_how_many(row[code], noun) for code, noun in words.items()]
    if row["peer_based"]:
        said.append(f"{counted(row['peer_based'], 'service')} of any type with peer-based support, these included")
    return ", ".join(said)


def _how_many(count: int | None, noun: str) -> str:
    return f"{noun}s not surveyed" if count is None else counted(count, noun)


def _look_again(paper: Paper) -> str:
    """Say how many of these gaps rest on an old survey, where the freshness is that of LEROs."""
    table = paper.table("freshness", "freshness")
    old = 0 if table is None or paper.gaps.asset_type != "lero" else int(table.table["stale_gap"].sum())
    of = paper.gaps.published.provision.none_found
    return f" Look again first where the survey is old: {old:,} of {of:,}." if old else ""


def _on_offer(paper: Paper) -> str:
    """Say what support is on offer, for whoever may read of offers."""
    tables = paper.tables("offers", "matches", "offered")
    kinds = list(dict.fromkeys(str(kind).lower() for table in tables for kind in table.table["kind"]))
    return f" Support on offer in the area ({paper.today}): {listed(kinds)}." if kinds else ""


def _need(paper: Paper) -> tuple[str, ...]:
    """Return need beside what is there, without the order in which to look: a paper ranks nobody."""
    return tuple(line for line in paper.said("need")[1:] if "order" not in line)


def _freshness(paper: Paper) -> tuple[str, ...]:
    """Return how fresh the records are, as far as there is any to speak of."""
    return tuple(line for line in paper.said("freshness") if " of 0 " not in line)


def _fresh_steps(paper: Paper) -> tuple[Step, ...]:
    table = paper.table("freshness", "freshness")
    shares: pd.Series[float] = pd.Series(dtype=float) if table is None else table.table["share"].dropna().astype(float)
    if shares.empty or (shares == 1).all():
        return ()
    return (Step(f"Ask again where the record is old. {paper.said('freshness')[0]}"),)
