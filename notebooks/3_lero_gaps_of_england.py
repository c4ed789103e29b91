# %% [markdown]
# # 3. LERO gaps of England, for a commissioner
#
# **You will learn** how to read the national map of LEROs (lived experience recovery organisations): which
# authorities a known LERO serves, where somebody looked and found none, and where nobody has looked; and how to set
# it beside need.
#
# The list is **real**: organisations that public web pages name. Nobody has checked it with these organisations, and
# it is not a register. Boundaries: Office for National Statistics licensed under the Open Government Licence v3.0.
# Contains OS data © Crown copyright and database right.

# %%
import datetime as dt
from pathlib import Path
from tempfile import mkdtemp

from PIL import Image

import rosc_map
from rosc_map import examples

folder = Path(mkdtemp())  # to keep what this notebook makes, choose a folder of your own: Path("england")
day = dt.date(2026, 11, 23)  # so that this page always says the same; leave `today=day` out in your own work

listed, names = examples.public_page_assets("England")
listed.to_csv(folder / "leros.csv", index=False)
rosc_map.new(folder / "england.gpkg", ["England"], title="LEROs on public pages", banner=examples.BANNER)
area = rosc_map.open(folder / "england.gpkg", today=day, who="coordinator")
print(len(area.import_(folder / "leros.csv").added), "organisations read")
print(f"{(names['matched_code'] == '').sum()} of {len(names)} area names could not be matched, and were not guessed")
print(area.banner)

# %% [markdown]
# ## The three statuses
#
# - **served**: a known LERO serves the authority;
# - **none found**: somebody looked on a day, asked some of the guidance's six groups, and found none;
# - **not surveyed**: nobody has looked. **This is no gap**: there may be a LERO that no page names.

# %%
found = area.gaps()
print(found.sentence)
england = found.published.provision.by_authority
table = england["status"].value_counts().reindex(["served", "none_found", "not_surveyed"], fill_value=0)
table = table.rename("upper-tier authorities").to_frame()
table[f"of {len(england)}, {day:%d %B %Y}"] = [f"{share:.0%}" for share in table.iloc[:, 0] / len(england)]
table

# %% [markdown]
# No authority of this list is *none found*, because no partnership has told us that it looked. So the list cannot say
# where a LERO is missing. It says where to begin to look.
#
# Who may be named to the public is on the list because it publishes itself. The others are counted, and not named.

# %%
print(area.held_back("public"))
leros = found.published.assets
leros = leros[leros["asset_type"] == "lero"]
print(f"{len(leros)} of the {found.figures['assets_serving']} LEROs can be named:")
leros[["name", "place", "source_date"]].reset_index(drop=True)

# %% [markdown]
# ## Look at yours
#
# Put in the name of your authority.

# %%
mine = "Middlesbrough"
row = england.set_index("name").loc[mine]
print(f"{mine}: {row['status'].replace('_', ' ')}; {row['looked'] or 'no survey is recorded'}")

# %% [markdown]
# ## The map

# %%
layers = area.map_in_layers()
area.write_map(layers, folder / "map.png")
Image.open(folder / "map.png").convert("RGB").reduce(4).quantize(16)

# %% [markdown]
# ## Once somebody has looked
#
# In your own file, mark where you looked, for what, and whom you asked; then *none found* means something. The made-up
# example shows how it reads (Surrey is real, its services and its surveys are invented):

# %%
rosc_map.new(folder / "surrey.gpkg", [examples.FOOTPRINT], banner=examples.BANNER_MADE_UP)
surrey = rosc_map.open(folder / "surrey.gpkg", today=day, who="coordinator")
surrey.import_(examples.assets_path())
surrey.import_(examples.surveys_path(), "surveys")
local = surrey.gaps(tier="local")
print(local.sentence)
local.published.provision.by_authority[["name", "status", "looked"]]

# %% [markdown]
# ## Beside need
#
# A table of need has a `code` (or name) of an authority and `people`: counts, never percentages, such as adults in
# treatment. Downloads of OHID Fingertips and Nomis are known by their headings. No table of need comes with rosc-map
# for England. If you put one beside this notebook as `need.csv`, the cell uses it.

# %%
if Path("need.csv").exists():
    for part in area.gaps(need="need.csv").parts:
        if part.key == "need":
            print(*part.sentences, *part.cautions, sep="\n")
else:
    print("There is no need.csv here: nothing is set beside need.")

# %% [markdown]
# ## For a meeting
#
# All of it as pages, tables, pictures and a layer for QGIS: `area.write_gaps(found, "gaps")`. A board paper:
# `area.report()`. Whoever is wrong on the list, or would rather not be on it, tells you, and you correct it:
# `area.edit(name, {"listing": "declined"})` takes an entry out of every output.
#
# **Next:** [your council's directory](4_open_referral_to_gap_map.ipynb) as a source.
