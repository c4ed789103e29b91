// Filters and search: one list of the assets shown, which the map, the tables, the links and the counts follow.
const search = byId("search");
const allLinks = byId("all-links");
let waiting = 0;

// A filter by its name on the page; of(asset): the numbers of its options that the asset has.
function filterOf(name, of) {
  const boxes = [...document.querySelectorAll("#filters input")].filter((box) => box.name === name);
  return { name, of, boxes };
}

const filters = [
  filterOf("type", (asset) => [assets.type[asset]]),
  ...facts.filters.map((each) => filterOf(each.key, (asset) => each.of[asset])),
];

const wordsTyped = () => plain(search.value).split(/\s+/).filter(Boolean);
const holds = (haystack, words) => words.every((word) => haystack.includes(word));

// Typing "ts13ba" has to find "TS1 3BA".
const closed = (place) => place.replace(/\b([a-z]{1,2}\d[a-z\d]?) (\d[a-z]{2})\b/gi, "$1$2");
const welshNames = new Map(areas.name.map((name, area) => [name, areas.welsh[area]]));

function assetHaystack(asset) {
  const authorities = [assets.local_authority[asset], assets.upper_tier[asset]];
  const place = assets.place[asset];
  const welsh = authorities.map((name) => welshNames.get(name) || "");
  return plain([assets.name[asset], typeOf(asset).label, place, closed(place), ...authorities, ...welsh].join(" \n "));
}

// An authority is found by its own names and code, by the types counted there, and by the names of its assets.
function areaHaystack(area) {
  const types = facts.types.filter((type, at) => areas.counts[at][area]).map((type) => type.label);
  const named = areas.named[area].map((asset) => assets.name[asset]);
  return plain([areas.name[area], areas.welsh[area], areas.code[area], ...types, ...named].join(" \n "));
}

// Made when somebody first searches, not while the page opens.
const onceMade = (make) => {
  let made = null;
  return () => (made = made || make());
};
const assetHaystacksOnce = onceMade(() => everyAsset.map(assetHaystack));
const areaHaystacksOnce = onceMade(() => everyArea.map(areaHaystack));

const assetFound = (asset, words) => !words.length || holds(assetHaystacksOnce()[asset], words);
const areasFound = (words) => (words.length ? everyArea.filter((area) => holds(areaHaystacksOnce()[area], words)) : everyArea);

// Which assets are shown, and for each option how many there would be under the search and all the other filters.
function sift(words) {
  const wanted = filters.map(({ boxes }) => (boxes.every((box) => box.checked) ? null : checkedOf(boxes)));
  const counts = filters.map(() => new Map());
  const shown = [];
  for (const asset of everyAsset) {
    if (!assetFound(asset, words)) continue;
    const stopped = filters.filter((filter, at) => wanted[at] && !filter.of(asset).some((option) => wanted[at].has(option)));
    if (!stopped.length) shown.push(asset);
    filters.forEach((filter, at) => {
      if (stopped.every((other) => other === filter)) countOptions(counts[at], filter.of(asset));
    });
  }
  return { shown, counts };
}

const checkedOf = (boxes) => new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value)));

function countOptions(counts, options) {
  options.forEach((option) => counts.set(option, (counts.get(option) || 0) + 1));
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

function showCounts(counts) {
  filters.forEach((filter, at) => {
    filter.boxes.forEach((box) => {
      box.parentElement.querySelector(".count").textContent = "(" + (counts[at].get(Number(box.value)) || 0) + ")";
    });
  });
}

// A link is shown with either of its ends; on a page without assets there is nothing to follow.
function linksShown(shown) {
  const every = links.from.map((from, at) => at);
  if (shown.length === everyAsset.length) return every;
  const ends = new Set(shown);
  return every.filter((at) => ends.has(links.from[at]) || ends.has(links.to[at]));
}

function refresh() {
  window.clearTimeout(waiting);
  const words = wordsTyped();
  const { shown, counts } = sift(words);
  const found = areasFound(words);
  symbols.show(shown);
  assetRows.show(shown);
  areaRows.show(found);
  if (linkRows) linkRows.show(linksShown(shown));
  if (allLinks) showAllLinks(allLinks.checked);
  markFound(words.length ? found : null);
  showCounts(counts);
  byId("shown").textContent = assetsShownWords(shown) + (words.length ? areasFoundWords(found) : "") + ".";
}

// One change after a pause in typing, so that a screen reader is not told of every letter.
function refreshSoon() {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(refresh, 200);
}

function showEverything() {
  search.value = "";
  filters.forEach(({ boxes }) => boxes.forEach((box) => (box.checked = true)));
  refresh();
}

function listenToFilters() {
  filters.forEach(({ boxes }) => boxes.forEach((box) => box.addEventListener("change", refresh)));
  search.addEventListener("input", refreshSoon);
  if (allLinks) allLinks.addEventListener("change", () => showAllLinks(allLinks.checked));
  byId("everything").addEventListener("click", showEverything);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
}
