// Filters and search: one list of the assets shown, which the map, the table and the counts follow.
const boxes = [...document.querySelectorAll("input[name=type]")];
const search = byId("search");
let waiting = 0;

const wordsTyped = () => plain(search.value).split(/\s+/).filter(Boolean);
const holds = (haystack, words) => words.every((word) => haystack.includes(word));

// Made when somebody first searches, not while the page opens.
let haystacks = null;
let areaHaystacks = null;

function makeHaystacks() {
  haystacks = assets.name.map((name, asset) =>
    plain([name, typeOf(asset).label, assets.place[asset], assets.local_authority[asset], assets.upper_tier[asset]].join(" \n "))
  );
  // An authority is found by its own name and code, by the types counted there, and by the names of its assets.
  areaHaystacks = areas.name.map((name, area) => {
    const types = facts.types.filter((type, at) => areas.counts[at][area]).map((type) => type.label);
    const named = areas.named[area].map((asset) => assets.name[asset]);
    return plain([name, areas.code[area], ...types, ...named].join(" \n "));
  });
}

function shownAssets(words) {
  const types = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value)));
  return everyAsset.filter((asset) => types.has(assets.type[asset]) && (!words.length || holds(haystacks[asset], words)));
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
  if (words.length && !haystacks) makeHaystacks();
  const shown = shownAssets(words);
  const found = everyArea.filter((area) => !words.length || holds(areaHaystacks[area], words));
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
  const allLinks = byId("all-links");
  if (allLinks) allLinks.addEventListener("change", () => showAllLinks(allLinks.checked));
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
