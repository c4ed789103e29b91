// A base map under the authorities. Nothing is asked of another computer before the reader switches it on.
const tilesBox = facts.tiles && byId("tiles");
const tilesFill = 0.5;

const tilesNote = (words) => {
  byId("tiles-note").textContent = words;
};

// From this page its host is told no more than where the page stands; from a disk nothing.
const baseMap =
  tilesBox &&
  L.tileLayer(facts.tiles.url, { maxZoom: 19, referrerPolicy: "origin", className: "base-map" })
    .on("loading", () => tilesNote("Fetching pictures from " + facts.tiles.host + "."))
    .on("tileerror", () => (baseMap.missed += 1))
    .on("load", tilesLoaded);

function tilesLoaded() {
  const missed = baseMap.missed;
  baseMap.missed = 0;
  if (!missed) tilesNote("The base map is shown. Its pictures come from " + facts.tiles.host + ".");
  else tilesNote("Pictures of the base map could not be fetched from " + facts.tiles.host + ": " + missed + " are missing. All else works without them.");
}

function switchTiles() {
  const on = tilesBox.checked;
  fadeAreas(on ? tilesFill : 1);
  byId("tiles-credit").textContent = on ? facts.tiles.credit : "";
  if (on) {
    baseMap.missed = 0;
    baseMap.addTo(map);
  } else {
    baseMap.remove();
    tilesNote("");
  }
}

if (tilesBox) {
  tilesBox.checked = false;
  tilesBox.addEventListener("change", switchTiles);
}
