// Filters and search: one list of the assets shown, which the map, the table and the counts follow.
const boxes = [...document.querySelectorAll("input[name=type]")];
const search = byId("search");
let waiting = 0;

const wordsTyped = () => plain(search.value).split(/\s+/).filter(Boolean);
const holds = (haystack, words) => words.every((word) => haystack.includes(word));

function shownAssets(words) {
  const types = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value)));
  return everyAsset.filter((asset) => types.has(assets.type[asset]) && holds(haystacks[asset], words));
}

function assetsShownWords(shown) {
  const onMap = shown.filter(hasPoint).length;
  const wordsOnly = shown.length - onMap;
  const rest = wordsOnly ? "; " + wordsOnly + " without a point, in the table only" : "";
  return "Shown: " + shown.length + " of " + plural(everyAsset.length, "asset", "assets") + ", " + onMap + " on the map" + rest;
}

// A few authorities are told by name and status, so that nobody has to look for them in the table.
function areasFoundWords(found) {
  const number = "; " + found.length + " of " + plural(everyArea.length, "authority", "authorities");
  return found.length && found.length <= 3 ? number + ": " + found.map(areaWords).join("; ") : number;
}

function areaWords(area) {
  const status = facts.statuses[areas.status[area]].label;
  return areas.name[area] + ", " + status[0].toLowerCase() + status.slice(1) + notNamedNote(area);
}

// Of the type that the statuses tell of.
function notNamedNote(area) {
  const hidden = hiddenOf(area, facts.type);
  if (!hidden) return "";
  return hidden >= areas.counts[facts.type][area] ? " (not named here)" : " (" + hidden + " not named here)";
}

function showCounts(shown) {
  const counts = new Map();
  shown.forEach((asset) => counts.set(assets.type[asset], (counts.get(assets.type[asset]) || 0) + 1));
  document.querySelectorAll(".count").forEach((place) => {
    place.textContent = "(" + (counts.get(Number(place.dataset.type)) || 0) + ")";
  });
}

function refresh() {
  const words = wordsTyped();
  const shown = shownAssets(words);
  const found = everyArea.filter((area) => holds(areaHaystacks[area], words));
  symbols.show(shown);
  assetRows.show(shown);
  areaRows.show(found);
  markFound(words.length ? found : null);
  showCounts(shown);
  byId("shown").textContent = assetsShownWords(shown) + (words.length ? areasFoundWords(found) : "") + ".";
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

document.querySelectorAll(".with-script").forEach((part) => {
  part.hidden = false;
});
idleDetails();
drawMap();
const assetRows = assetTable();
const areaRows = areaTable();
if (links.from.length) linkTable().show(links.from.map((from, at) => at));
listen();
refresh();
