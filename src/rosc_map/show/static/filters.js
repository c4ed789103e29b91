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

const wordsTyped = () => plain(search.value).split(/\s+/).filter(Boolean).map(finderOf);
const holds = (haystack, words) => words.every((isIn) => isIn(haystack));

// One or two letters mean the beginning of a word: "AA" is in every other postcode.
function finderOf(word) {
  if (!/^\p{L}{1,2}$/u.test(word)) return (haystack) => haystack.includes(word);
  const start = new RegExp("(?<![\\p{L}\\p{N}])" + word, "u");
  return (haystack) => start.test(haystack);
}

// Typing "ts13ba" has to find "TS1 3BA".
const closed = (place) => place.replace(/\b([a-z]{1,2}\d[a-z\d]?) (\d[a-z]{2})\b/gi, "$1$2");

// Typing "Thursday" has to find "Thu 19:00".
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const wholeDays = (words) => words.replace(/\b(mon|tue|wed|thu|fri|sat|sun)\b/gi, (short) => weekdays.find((day) => day.startsWith(short.toLowerCase())));
const welshNames = new Map(areas.name.map((name, area) => [name, areas.welsh[area]]));

function assetHaystack(asset) {
  const authorities = [assets.local_authority[asset], assets.upper_tier[asset]];
  const place = assets.place[asset];
  const welsh = authorities.map((name) => welshNames.get(name) || "");
  const when = times[asset] ? [times[asset], wholeDays(times[asset])] : [];
  return plain([assets.name[asset], typeOf(asset).label, place, closed(place), ...authorities, ...welsh, ...when].join(" \n "));
}

// An authority is found by its own names and code, by the types counted there, and by names and places of its assets.
function areaHaystack(area) {
  const types = facts.types.filter((type, at) => areas.counts[at][area]).map((type) => type.label);
  const named = areas.named[area].flatMap((asset) => [assets.name[asset], assets.place[asset], closed(assets.place[asset])]);
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
  const rest = wordsOnly ? "; " + grouped(wordsOnly) + " without a point, in the table only" : "";
  return "Shown: " + grouped(shown.length) + " of " + plural(everyAsset.length, "asset", "assets") + ", " + grouped(onMap) + " on the map" + rest;
}

// A few authorities are told by name and status, so that nobody has to look for them in the table.
function areasFoundWords(found) {
  const number = "; " + grouped(found.length) + " of " + plural(everyArea.length, "authority", "authorities");
  return found.length && found.length <= 3 ? number + ": " + found.map(areaWords).join("; ") : number;
}

function areaWords(area) {
  const status = facts.statuses[areas.status[area]].label;
  return areas.name[area] + ", " + status[0].toLowerCase() + status.slice(1) + notNamedNote(area);
}

// Where the filters hide what the words find, other words are no help.
function hint(words, found) {
  if (found.length || everyAsset.some((asset) => assetFound(asset, words))) return "";
  return " No asset has these words. Try the first part of a postcode (GU1), a town or a type.";
}

// Of the type that the statuses tell of.
function notNamedNote(area) {
  const hidden = hiddenOf(area, facts.type);
  if (!hidden) return "";
  return hidden >= areas.counts[facts.type][area] ? " (not named here)" : " (" + grouped(hidden) + " not named here)";
}

function showCounts(counts) {
  filters.forEach((filter, at) => {
    filter.boxes.forEach((box) => {
      box.parentElement.querySelector(".count").textContent = "(" + grouped(counts[at].get(Number(box.value)) || 0) + ")";
    });
  });
}

// Of links, or of the pairs of a test, those with both ends shown. No filter can hide an end that is not on the list of
// assets (-1). The map can draw no line to such an end; it draws the others by the same rule.
function withEndsShown({ from, to }, shown) {
  const ends = new Set(shown).add(-1);
  return from.map((start, at) => at).filter((at) => ends.has(from[at]) && ends.has(to[at]));
}

function refresh() {
  window.clearTimeout(waiting);
  const words = wordsTyped();
  const { shown, counts } = sift(words);
  const found = areasFound(words);
  symbols.show(shown);
  assetRows.show(shown);
  areaRows.show(found);
  if (linkRows) linkRows.show(withEndsShown(links, shown));
  if (pairRows) followPairs(withEndsShown(tested, shown));
  if (allLinks) showAllLinks(allLinks.checked);
  markFound(words.length ? found : null);
  showCounts(counts);
  byId("shown").textContent = assetsShownWords(shown) + (words.length ? areasFoundWords(found) : "") + "." + hint(words, found);
  byId("to-assets").textContent = "Go to " + (shown.length === 1 ? "the asset" : "the " + grouped(shown.length) + " assets");
  byId("to-assets").hidden = shown.length === 0;
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
  [byId("find"), byId("filters")].forEach((form) => form.addEventListener("submit", (event) => event.preventDefault()));
}
