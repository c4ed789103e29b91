# %% [markdown]
# # 1. Record and map a partnership
#
# **You will learn** how to start a partnership file, read a table of assets into it, say where somebody has looked,
# check what was recorded, draw a map, and see what the public is shown and what is kept back.
#
# An *asset* is anything that supports recovery: a service, a group, a café, a sports club. Everything here is **made
# up**: the names are invented, and the telephone numbers belong to nobody. Nothing is sent anywhere.

# %%
import datetime as dt
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
from PIL import Image

import rosc_map
from rosc_map.errors import RowsRejected

folder = Path(mkdtemp())  # to keep what this notebook makes, choose a folder of your own: Path("my-partnership")
day = dt.date(2026, 11, 23)  # so that this page always says the same; leave `today=day` out in your own work

# %% [markdown]
# ## Start a file
#
# One file holds one partnership. It says which area it is for: one or more local authorities, by name or code. A county
# stands for all its districts. `who` is a number or a role, never a name.

# %%
rosc_map.new(folder / "area.gpkg", ["Surrey"], title="Example partnership", banner="Made up, to learn from.")
area = rosc_map.open(folder / "area.gpkg", today=day, who="coordinator")
area.title

# %% [markdown]
# ## Read a table in
#
# Two columns are needed: `name` and `asset_type`. A postcode gives an asset its place. `listing` says whether the
# organisation may be shown to everybody: `agreed` (they said yes) or `published_by_itself` (their own website says it).
# Most people fill in a spreadsheet (`rosc_map.template("assets.xlsx")` makes an empty one); here the rows are typed.

# %%
rows = pd.DataFrame(
    [
        ("Example Riverside Recovery Café", "lero", "GU1 4SZ", "Guildford", "agreed", "01632 960101"),
        ("Example Walking Group", "lived_experience_initiative", "GU9 7QR", "Waverley", "agreed", ""),
        ("Example Evening Meeting", "mutual_aid", "RH4 1DW", "Mole Valley", "not_asked", ""),
        ("Example Treatment Service", "treatment", "GU1 4SZ", "Guildford; Woking", "agreed", "01632 960102"),
        ("Example House", "recovery_housing", "RH1 1NN", "Reigate and Banstead", "agreed", ""),
        ("Example Refuge", "domestic_abuse_refuge", "RH1 1NN", "Reigate and Banstead", "agreed", ""),
    ],
    columns=["name", "asset_type", "postcode", "areas_served", "listing", "phone"],
)
rows.to_csv(folder / "assets.csv", index=False)
done = area.import_(folder / "assets.csv")
print(f"{len(done.added)} of {len(rows)} rows added, {len(done.problems)} refused")
for remark in done.warnings:
    print(f"Row {remark.row}: {remark.why} {remark.what_to_do}")

# %% [markdown]
# A row that cannot be read is named, and then **nothing** is changed until all rows can be read.

# %%
(folder / "slip.csv").write_text("name,asset_type,postcode\nExample Choir,comunity,GU1 4SZ\n", "utf-8")
try:
    area.import_(folder / "slip.csv")
except RowsRejected as error:
    print(error)
    for problem in error.problems:
        print(f"Row {problem.row}, {problem.column}: {problem.value!r} {problem.why} {problem.what_to_do}")

# %% [markdown]
# ## Say where you looked
#
# Without this nobody can tell *there is none* from *nobody looked*. Here a volunteer looked for LEROs (lived experience
# recovery organisations) in three of the eleven districts.

# %%
area.survey(
    ["Guildford", "Woking", "Mole Valley"],
    on="2026-11-02",
    by="Volunteer 7",
    types=["lero"],
    asked=["lived_experience_leader", "person_in_treatment"],
)
found = area.gaps(tier="local")
print(found.sentence)
found.published.provision.by_authority[["name", "status", "looked"]]

# %% [markdown]
# *Served*, *none found* and *not surveyed* are three different things. Only the second may be a gap.
#
# ## Check
#
# What somebody should look at: likely doubles, records that have grown old, places that do not fit.

# %%
findings = area.check()
print(f"{len(findings)} things to look at. The first three:")
for finding in findings[:3]:
    print(f"- {finding.name}: {finding.what} {finding.what_to_do}")

# %% [markdown]
# ## What the public sees
#
# Every output is for an audience: `public` (what you get without saying), `partners` or `internal`. Of the refuge
# nothing finer than its county is even stored. The house is shown by its local authority. The meeting has not been
# asked: it is counted for the public, and not named.

# %%
public = area.publish()
print(area.held_back("public"))
public.assets[["name", "place"]]

# %% [markdown]
# Partners see the meeting as well:

# %%
partners = area.publish("partners")
sorted(set(partners.assets["name"]) - set(public.assets["name"]))

# %% [markdown]
# ## The map
#
# `map.html` is one file that opens in any browser, also without internet. `map.png` is the same as a picture for
# slides; a small copy of it is shown here.

# %%
layers = area.map_in_layers(tier="local")
area.write_map(layers, folder / "map.html")
area.write_map(layers, folder / "map.png")
Image.open(folder / "map.png").convert("RGB").reduce(4).quantize(16)

# %% [markdown]
# **Next:** a [linkage test](2_linkage_test.ipynb) finds out whether these services know each other.
