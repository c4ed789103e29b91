"""The fourth question: what support would each welcome? LERO types and standards by number, and never a mark.

The guidance: that projects are new and developing does not mean that they are unsafe or ineffective. The wording of the
standards is CLERO's, and is not repeated here.
"""

import pandas as pd

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.report_basis import Answer, Paper, Step, listed, with_a_view
from rosc_map.publish.view import view
from rosc_map.records import Audience, codelist, counted, label

__all__ = ["safe_and_effective"]

_NO_MARK = "Type is not a mark of safety: new does not mean unsafe."
_NOT_HERE = "Offers of support and views on the standards are in the partnership's own paper, not in this one."
_STANDARDS = "lero_standards"
_NO_STANDARDS = "No view on the LERO standards is recorded"
_ONLY_WRITTEN = "Only what was written down counts: what else each would welcome is not known."
_OUR_PART = "what the partnership itself does (training, vetting, supervision, help with governance) is not recorded"
_NOT_RECORDED, _NOT_TOLD = "Not recorded", "Not told here"
_PUBLISHED_BY = "The standards are CLERO's: their wording is on CLERO's own page."


def safe_and_effective(paper: Paper) -> Answer:
    """Say what LEROs there are by type, and what support is wanted and offered."""
    types = _lero_types(paper)
    return Answer(
        sentences=(*_own_part(paper), _types_said(paper, types), *paper.said("offers"), *paper.views_said(_STANDARDS)),
        not_known=_not_known(paper),
        steps=(*_our_steps(paper), *_match_steps(paper), *_standards_steps(paper)),
        tables=(
            *((_types_table(paper, types),) if len(types) else ()),
            *paper.tables("offers", "matches", "wanted"),
            *(_with_views(grid) for grid in paper.views(_STANDARDS)),
        ),
        in_short=paper.said("offers")[:1] or (_types_said(paper, types),),
    )


def _not_known(paper: Paper) -> tuple[str, ...]:
    if not paper.for_partners:
        return (_NOT_HERE,)
    own = () if _own_part(paper) else (f"Of question 4, {_OUR_PART} ({paper.today}).",)
    missing = [] if paper.views(_STANDARDS) else [f"{_NO_STANDARDS} ({paper.today})."]
    if not paper.part("offers").sentences:
        missing.insert(0, f"No support is recorded as wanted or offered ({paper.today}).")
    return (*own, *missing, _ONLY_WRITTEN, *paper.cautions("offers"), *paper.views_left_out(_STANDARDS))


# --- what the partnership does ----------------------------------------------------------------------------------------


def _own_part(paper: Paper) -> tuple[str, ...]:
    """Say how groups see what the partnership does for safety, where a review of the five questions tells of it."""
    said = []
    for grid in paper.views("five_questions"):
        rows = grid.table[grid.table["item"] == "safe_and_effective"]
        spoke = with_a_view(grid).loc[rows.index[0]]
        groups = [str(code) for code in spoke.index[spoke]]
        if groups:
            views = listed([f"{label('group_asked', code)}: {rows[code].iloc[0].lower()}" for code in groups])
            said.append(f"{grid.title}. What the partnership does for safe and effective support: {views}.")
    return tuple(said)


def _our_steps(paper: Paper) -> tuple[Step, ...]:
    if not paper.for_partners:
        return ()
    why = "how groups see it is in this part" if _own_part(paper) else "none of it is recorded"
    return (
        Step(
            "Agree what the partnership offers on training, supervision and governance, and ask each initiative what "
            f"it would welcome: {why} ({paper.today}).",
            first=True,
        ),
    )


# --- LERO types -------------------------------------------------------------------------------------------------------


def _lero_types(paper: Paper) -> pd.DataFrame:
    """Return how many of the active LEROs that are named here are of each type: ``code``, ``type``, ``number``, ``of``.

    What nobody recorded has a row of its own, and so has what may not be told here.
    """
    leros = _leros(paper)
    words = {code: label("lero_type", code) for code in codelist("lero_type")}
    words |= {"": _NOT_RECORDED, "not_told": _NOT_TOLD}
    counts = leros["lero_type"].fillna("").mask(_withheld(paper, leros), "not_told").value_counts()
    rows = [(code, word, int(counts.get(code, 0)), len(leros)) for code, word in words.items()]
    return pd.DataFrame([row for row in rows if row[2]], columns=["code", "type", "number", "of"])


def _leros(paper: Paper) -> pd.DataFrame:
    """Return the active LEROs that are named here."""
    shown = paper.gaps.published.assets
    return pd.DataFrame(shown[(shown["asset_type"] == "lero") & (shown["status"] == "active")])


def _withheld(paper: Paper, leros: pd.DataFrame) -> pd.Series:
    """Return of which LEROs the type may not be told: outside ``internal``, those that did not agree to it."""
    if paper.gaps.audience is Audience.INTERNAL:
        return pd.Series(data=False, index=leros.index)
    named = view(paper.snapshot, paper.gaps.audience).named
    agreed = named["listing_shows"].map(lambda parts: "description" in parts).astype(bool)
    return leros["id"].isin(named.loc[(named["listing"] == "restricted") & ~agreed, "id"])


def _placeless(paper: Paper) -> str:
    """Say how many of the LEROs have no place that is told here: they are in no authority's figures."""
    leros = _leros(paper)
    served = leros["areas_served"].map(len) > 0
    without = int(((leros["local_authority_code"] == "") & (leros["upper_tier_code"] == "") & ~served).sum())
    if not without:
        return ""
    have, are = ("has", "is") if without == 1 else ("have", "are")
    return (
        f" Of these {len(leros):,}, {without:,} {have} no place that is told here, and {are} in no authority's figures."
    )


def _types_said(paper: Paper, types: pd.DataFrame) -> str:
    if types.empty:
        return f"No LERO is named here ({paper.today}), so there is nothing to say of LERO types. {_NO_MARK}"
    parts = [
        f"{word[0].lower()}{word[1:]} {number:,}" for word, number in zip(types["type"], types["number"], strict=True)
    ]
    of = counted(int(types["of"].iloc[0]), "LERO")
    return f"By LERO type, of {of} named here: {listed(parts)} ({paper.today}).{_placeless(paper)} {_NO_MARK}"


def _types_table(paper: Paper, types: pd.DataFrame) -> GapsTable:
    heads = {"type": "LERO type", "number": "How many", "of": "Of LEROs named here"}
    return GapsTable("lero-types", "LERO types", types, heads, (_NO_MARK, f"As at {paper.today}."))


# --- standards, by number ---------------------------------------------------------------------------------------------


def _with_views(grid: GapsTable) -> GapsTable:
    """Return the standards of which there is a view, by number and section."""
    said = with_a_view(grid)
    rows = grid.table[said.any(axis=1)]
    table = rows.assign(section=[_section(code) for code in rows["item"]]).reset_index(drop=True)
    heads = {"view": "Standard", "section": "Section"} | {code: grid.heads[code] for code in map(str, said)}
    return GapsTable(grid.key, grid.title, table, heads, (*grid.notes, _PUBLISHED_BY))


def _section(standard: str) -> str:
    """Return the section of a standard, which its definition names: "… section Culture and values, for all LEROs."."""
    return codelist(_STANDARDS)[standard].definition.partition("section ")[2].partition(",")[0]


# --- steps ------------------------------------------------------------------------------------------------------------


def _match_steps(paper: Paper) -> tuple[Step, ...]:
    if not paper.for_partners:
        return ()
    said = paper.said("offers")
    matches, wanted = paper.table("offers", "matches"), paper.table("offers", "wanted")
    if not said:
        return (
            Step(
                "Ask each lived experience initiative what support it would welcome, and each partner what it can "
                f"offer: nothing is recorded ({paper.today})."
            ),
        )
    steps = []
    if matches:
        kinds = list(dict.fromkeys(str(kind).lower() for kind in matches.table["kind"]))
        steps.append(
            Step(
                f"Bring those together who want and offer the same ({listed(kinds)}), if both agree. {said[0]}",
                f"to bring together those who want and those who offer support of the same kind. {said[0]}",
                weight=8,
            )
        )
    if wanted:
        kinds = list(dict.fromkeys(str(kind).lower() for kind in wanted.table["kind"]))
        steps.append(
            Step(
                f"Ask who could offer what is wanted and not offered yet ({paper.today}; "
                f"{counted(len(wanted.table), 'request')}): {listed(kinds)}."
            )
        )
    return tuple(steps)


def _standards_steps(paper: Paper) -> tuple[Step, ...]:
    if not paper.for_partners:
        return ()
    grids = paper.views(_STANDARDS)
    if not grids:
        return (Step(f"Ask each LERO with which standards it would welcome support. {_NO_STANDARDS} ({paper.today})."),)
    wanted = label("review_answer", "support_wanted")
    return tuple(
        Step(f"Ask whether the support that is wanted is on its way. {_wanted(grid)}")
        for grid in grids
        if (grid.table[list(with_a_view(grid))] == wanted).any(axis=None)
    )


def _wanted(grid: GapsTable) -> str:
    """Return whose views these are, of when, and with which standards support is wanted."""
    said = [note for note in grid.notes[1:] if "support is wanted" in note]
    return " ".join((f"{grid.title}.", grid.notes[0], *said))
