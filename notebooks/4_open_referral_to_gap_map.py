# %% [markdown]
# # 4. Your council's Open Referral feed to a gap map
#
# **You will learn** how to take in the directory that a council publishes as Open Referral UK, look through what it
# would add before anything is taken, and go from there to a map of gaps.
#
# The feed here is **made up**: six services in the file `example_feed.json` beside this notebook, in the form in
# which a council's address gives them out. Nothing is fetched.

# %%
import datetime as dt
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd
from PIL import Image

import rosc_map

folder = Path(mkdtemp())  # to keep what this notebook makes, choose a folder of your own: Path("my-area")
day = dt.date(2026, 11, 23)  # so that this page always says the same; leave `today=day` out in your own work

rosc_map.new(folder / "area.gpkg", ["Surrey"], title="Example partnership", banner="Made up, to learn from.")
area = rosc_map.open(folder / "area.gpkg", today=day, who="coordinator")

# %% [markdown]
# ## Review before you take
#
# A directory lists everything. With `review` nothing is read in: a table is written, in which each row of the feed says
# whether it would be taken, and why. What lies outside your area is left out, and you are told how many.
#
# To use your council's feed, first copy this notebook to a folder outside the project, since a notebook keeps in itself
# what it showed. In the copy, put the feed's address in place of the file:
# `"https://directory.example.gov.uk/o/OpenReferralService/v3"`. The tool asks slowly, and sends nothing of yours.

# %%
feed = "example_feed.json"
first = area.import_(feed, from_format="oruk", publisher="example-council", review=folder / "review.csv")
print(f"Nothing was taken: {first.written.name} is for you to look through")
review = pd.read_csv(folder / "review.csv", dtype=str, keep_default_na=False)
review[["take", "name", "asset_type", "why"]]

# %% [markdown]
# ## Say yes and no
#
# Words are no judge, people are. You know the allotment: it welcomes people in recovery, so the *no* becomes a *yes*,
# with its type. You rang the café, and it is led by people in recovery who call it a LERO (a lived experience
# recovery organisation). A feed never says that by itself.

# %%
review = review.set_index("name")
review.loc["Example Community Allotment", ["take", "asset_type"]] = "yes", "community"
review.loc["Example Recovery Café", ["asset_type", "led_by"]] = "lero", "lived_experience"
review.reset_index().to_csv(folder / "review.csv", index=False)

# %% [markdown]
# ## Take it in
#
# The licence is what lets you pass the rows on. The public is shown no row whose licence nobody knows.

# %%
done = area.import_(folder / "review.csv", licence="OGL-UK-3.0")
print(f"{len(done.added)} of {len(review)} rows added; {len(done.left_out)} left out:")
for row in done.left_out:
    print("-", row.name, "·", row.why)

# %% [markdown]
# Nobody is said to have agreed: partners see these rows, and the public map counts them without their names, until you
# have asked.

# %%
print(area.held_back("public"))
area.edit("Example Recovery Café", {"listing": "agreed"})
print(area.held_back("public"))

# %% [markdown]
# ## From a list to gaps
#
# **A directory is not a survey.** That a council's list has no LERO in a district does not mean that there is none. Say
# where somebody has looked:

# %%
area.survey(
    ["Guildford", "Reigate and Banstead", "Mole Valley"],
    on="2026-11-16",
    by="Volunteer 7",
    types=["lero"],
    asked=["lived_experience_leader", "service_provider"],
)
found = area.gaps(tier="local")
print(found.sentence)
areas = found.published.provision.by_authority
areas["status"].value_counts().rename(f"of {len(areas)} districts").to_frame()

# %% [markdown]
# ## The gap map
#
# Only *none found* may be a gap. *Not surveyed* stays hatched, whatever the list says.

# %%
layers = area.map_in_layers(tier="local")
area.write_map(layers, folder / "gap-map.html")
area.write_map(layers, folder / "gap-map.png")
print(*layers.licences, sep="\n")
Image.open(folder / "gap-map.png").convert("RGB").reduce(4).quantize(16)

# %% [markdown]
# Next month, read the feed again in the same way: it updates what came from it, adds no doubles, and leaves alone
# what you changed. What has gone from it is something to look at; nothing is closed by a list. All formats that can
# be read are in [Lists that others publish](../docs/lists.md).
