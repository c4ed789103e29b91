# %% [markdown]
# # 2. Run and read a linkage test
#
# **You will learn** how to plan a linkage test, draw it, write its letters and call sheets, record what was said, and
# read the result: what it says, how sure it is, and what it does not say.
#
# The question: would a person who asks one service here learn of the others? You ring some services, drawn at random,
# and ask each about a few others, drawn at random. It is an **Ashford-style** test; how it is done here is our own.
#
# The area is the **made-up example**: Surrey is real, its services are invented, and **nobody was rung**.

# %%
import datetime as dt
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import rosc_map
from rosc_map import examples

folder = Path(mkdtemp())  # to keep what this notebook makes, choose a folder of your own: Path("my-test")
drawn_on, called_by = dt.date(2026, 10, 5), dt.date(2026, 11, 2)  # so that this page always says the same

area = rosc_map.new(folder / "area.gpkg", [examples.FOOTPRINT], banner=examples.BANNER_MADE_UP, who="coordinator")
print(len(area.import_(examples.assets_path()).added), "assets")
area = rosc_map.open(folder / "area.gpkg", today=drawn_on, who="coordinator")

# %% [markdown]
# ## Plan: how many calls?
#
# More calls make the result surer and cost more hours. The table tells how far the true figure may lie from the one
# that you will find, either way, if each service is asked about five others.

# %%
plan = area.plan()
print(plan.sentence)
print(plan.assumption)
by_five = plan.table[plan.table["targets"] == 5]
pd.DataFrame(
    {
        "services to ring": by_five["sources"],
        "hours of calls": by_five["hours"].round(),
        "points either way": (by_five["half_width"] * 100).round(),
    }
).astype(int).set_index("services to ring")

# %% [markdown]
# ## Draw
#
# A seed settles the draw: the same services and the same seed give the same draw on every machine, so nobody can say
# that you chose. Refuges and other confidential places are never in it. A **crisis line** must never be rung for a
# test, and only you can tell which service is one: leave it out by name.

# %%
drawn = area.draw(sources=20, targets=5, seed=2026, without=("Example Evening Crisis Café, Epsom",))
print(f"{drawn.name}: {drawn.questions['source'].nunique()} services, {len(drawn.questions)} questions")

# %% [markdown]
# ## Letters first, then call sheets
#
# Everybody who could be drawn gets the same letter, two weeks before, so that no letter says who was. They may say no.
# Then one sheet for each volunteer, with the words to say.

# %%
papers = [
    *area.letter("R1", folder / "letters", reply_to="01632 960999", month="October 2026"),
    *area.sheet("R1", folder / "calls.xlsx", volunteers=2),
]
sorted(path.name for path in papers)

# %% [markdown]
# ## Record what was said
#
# | level | what they could say |
# |---|---|
# | 0 | has never heard of it |
# | 1 | has heard of it |
# | 2 | what it is, where and when: **linked** |
# | 3 | how to get in: **referral-linked** |
# | 4 | says they would help actively: ring them, go along |
#
# The volunteers' sheets come back as they are: `area.record("R1", folder / "calls-1.xlsx")`. Here the answers are
# invented.

# %%
answers = examples.answer_round(drawn.questions, area.snapshot().assets)
answers.to_csv(folder / "answers.csv", index=False)
area = rosc_map.open(folder / "area.gpkg", today=called_by, who="coordinator")
area.record("R1", folder / "answers.csv")
answers.drop_duplicates("source")["contact"].value_counts().rename("services rung").to_frame()

# %% [markdown]
# ## Read the result

# %%
result = area.estimate("R1")
for sentence in result.sentences:
    print("-", sentence)

# %% [markdown]
# The same in figures, each with its 95 % interval and with what it is a share of. An *interval* is the range in which
# the true figure most likely lies: with so few calls, chance alone moves the figure about.

# %%
figures = area.publish_estimate(result).figures.copy()
for column in ("estimate", "low", "high"):
    figures[column] = [f"{share:.0%}" if pd.notna(share) else "" for share in figures[column]]
figures.rename(columns={"label": "", "of": "of how many"}).set_index("")

# %% [markdown]
# ## What it says, and what it does not
#
# - *Answered* and *as a caller would meet it* always stand side by side. The second counts a service that was silent,
#   or preferred not to take part, as no link, because that is what somebody who seeks help would meet.
# - It tells of **the area** on those days. It is no mark for any one service, and there is no table of services.
# - A pair that was not asked about is *not tested*, which is not "no link".
# - Two results differ only if their intervals say so: `area.compare("R1", "R2")` a year later gives the change with
#   its own interval.
# - It says whether services know of each other, not whether anybody was helped.
#
# ## Each organisation first
#
# Each is given its own page, and has 14 days to reply. Until then nobody else sees a figure:

# %%
try:
    area.publish_estimate(result, audience="public")
except rosc_map.RoscMapError as error:
    print(error)
pages = area.feedback("R1", folder / "own-results", reply_to="01632 960999")
print(len(pages), "files for organisations and the coordinator; others may see the area's figures from", end=" ")
print(f"{area.shown_from('R1'):%d %B %Y}.")

# %% [markdown]
# **Next:** [LERO gaps of England](3_lero_gaps_of_england.ipynb), for commissioners.
