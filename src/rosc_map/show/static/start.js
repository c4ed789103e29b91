// Filters and search: one list of the assets shown, which the map, the table and the counts follow.
const boxes = [...document.querySelectorAll("input[name=type]")];
const search = byId("search");
let waiting = 0;

function shownAssets() {
  const types = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value)));
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  return everyAsset.filter((asset) => types.has(assets.type[asset]) && words.every((word) => haystacks[asset].includes(word)));
}

function showCounts(shown) {
  const counts = new Map();
  shown.forEach((asset) => counts.set(assets.type[asset], (counts.get(assets.type[asset]) || 0) + 1));
  document.querySelectorAll(".count").forEach((place) => {
    place.textContent = "(" + (counts.get(Number(place.dataset.type)) || 0) + ")";
  });
  const onMap = shown.filter(hasPoint).length;
  const wordsOnly = shown.length - onMap;
  const rest = wordsOnly ? "; " + wordsOnly + " without a point, in the table only" : "";
  byId("shown").textContent = "Shown: " + shown.length + " of " + plural(everyAsset.length, "asset", "assets") + ", " + onMap + " on the map" + rest + ".";
}

function refresh() {
  const shown = shownAssets();
  symbols.show(shown);
  assetRows.show(shown);
  showCounts(shown);
}

// One change after a pause in typing, so that a screen reader is not told of every letter.
function refreshSoon() {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(refresh, 200);
}

function showEverything() {
  search.value = "";
  boxes.forEach((box) => {
    box.checked = true;
  });
  refresh();
}

function listen() {
  boxes.forEach((box) => box.addEventListener("change", refresh));
  search.addEventListener("input", refreshSoon);
  byId("everything").addEventListener("click", showEverything);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  document.querySelectorAll("[data-move]").forEach((button) => button.addEventListener("click", () => moveMap(button.dataset.move)));
  document.addEventListener("keydown", (event) => {
    // In the search box Escape empties the box.
    if (event.key === "Escape" && opener && event.target !== search) closeDetails();
  });
}

byId("with-script").hidden = false;
idleDetails();
drawMap();
const assetRows = assetTable();
areaTable().show(areas.name.map((name, area) => area));
if (links.from.length) linkTable().show(links.from.map((from, at) => at));
listen();
refresh();
