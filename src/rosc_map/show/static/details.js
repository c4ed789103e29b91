// The details of what was chosen, built when it is chosen: an asset with its links, or an authority with its figures.
const details = byId("details");
const longestList = 50;
const wide = window.matchMedia("(min-width: 60rem)");
let opener = null;
// Which asset or authority the details tell of, by its number; neither, for a place or for nothing.
let chosen = {};

function idleDetails() {
  details.classList.remove("open");
  showDetails(make("p", { class: "help" }, "Nothing is chosen yet. Choose a symbol or an authority on the map, or “Show on map” in a table."));
}

const showDetails = (...parts) => details.replaceChildren(details.firstElementChild, ...parts);
const isOnMap = () => (chosen.asset === undefined ? chosen.area === undefined || shapesOfAreas[chosen.area] !== null : hasPoint(chosen.asset));

// On a narrow screen the details stand below the map; from there Escape leads back as "Close" does.
function seeOnMap() {
  map.getContainer().focus({ preventScroll: true });
  map.getContainer().scrollIntoView({ block: "center" });
}

function openDetails(heading, parts, from) {
  opener = from;
  const title = make("h3", { tabindex: "-1" }, heading);
  const close = make("button", { type: "button", class: "close", click: closeDetails }, "Close");
  const toMap = isOnMap() ? make("p", { class: "to-map" }, make("button", { type: "button", click: seeOnMap }, "See it on the map")) : "";
  showDetails(title, close, toMap, ...parts);
  details.classList.add("open");
  details.scrollTop = 0;
  // Beside the map on a wide screen: both have to be seen. Under it on a narrow one: the words come first.
  title.focus({ preventScroll: wide.matches });
  if (wide.matches) byId("board").scrollIntoView({ block: "nearest" });
}

function forgetChoice() {
  choose({});
  idleDetails();
}

// Mark on the map what the details tell of, and nothing else.
function choose(what) {
  chosen = what;
  markArea(what.area === undefined ? -1 : what.area);
  symbols.choose(what.asset === undefined ? -1 : what.asset);
  markLinks(what.asset === undefined ? [] : linksOf(what.asset));
}

function closeDetails() {
  forgetChoice();
  // The button that opened it may be gone, when its table has turned the page.
  const back = opener && opener.isConnected ? opener : map.getContainer();
  opener = null;
  back.focus();
}

function describe(pairs) {
  const list = make("dl");
  for (const [term, value] of pairs) {
    if (value === "" || (Array.isArray(value) && !value.length)) continue;
    const lines = Array.isArray(value) ? value : [value];
    list.append(make("div", {}, make("dt", {}, term), ...lines.map((line) => make("dd", {}, line))));
  }
  return list;
}

const assetButton = (asset) => make("button", { type: "button", class: "go", click: () => openAsset(asset, opener) }, assets.name[asset]);

// Where the button of the details opened the next, closing goes back to where the first was opened.
function openAsset(asset, from, alsoHere = atSamePoint(asset)) {
  choose({ asset });
  if (hasPoint(asset) && from !== map.getContainer()) map.setView(pointOf(asset), Math.max(map.getZoom(), 11), { animate: false });
  const parts = [placeNote(asset), describe(assetPairs(asset)), linkList(asset, linksOf(asset)), nearList(alsoHere)];
  openDetails(assets.name[asset], parts.filter(Boolean), from);
}

function atSamePoint(asset) {
  const same = (other) => other !== asset && assets.x[other] === assets.x[asset] && assets.y[other] === assets.y[asset];
  return hasPoint(asset) ? symbols.shown.filter(same) : [];
}

function placeNote(asset) {
  if (!hasPoint(asset)) return make("p", { class: "hollow" }, "Its place is told in words only: there is no point on the map.");
  if (assets.about[asset]) return make("p", { class: "hollow" }, "About here: the point is not the exact place.");
  return null;
}

// What one needs to go there comes first, then where it is, whom it suits, and the rest as it is in a record.
const fieldsFirst = ["description", "sessions", "access", "referral_route", "attendance"];
const fieldsOfPlace = ["address", "postcode"];
const fieldsNext = ["areas_served", "for_whom", "accessibility", "languages", "cost"];
const fieldsPlaced = new Set([...fieldsFirst, ...fieldsOfPlace, ...fieldsNext]);
const fieldsNamed = (names) => names.flatMap((name) => assets.fields.filter((each) => each.name === name));

const wordsAlone = (words) => plain(words).replace(/[\s,]+/g, " ").trim();
const isSaid = (words, before) => wordsAlone(before).includes(wordsAlone(words));

function assetPairs(asset) {
  const authority = [assets.local_authority[asset], assets.upper_tier[asset]].filter((name, at, all) => name && all.indexOf(name) === at);
  const pairs = (fields) => fields.map((each) => [each.label, each.values[asset]]);
  return [
    ["Type", typeOf(asset).label],
    ...pairs(fieldsNamed(fieldsFirst)),
    ["Contact", contacts(asset)],
    ["Where", whereWords(asset)],
    ...pairs(fieldsNamed(fieldsOfPlace).filter((each) => !isSaid(each.values[asset], whereWords(asset)))),
    ["Authority", authority.join(", ")],
    ...pairs(fieldsNamed(fieldsNext)),
    ...pairs(assets.fields.filter((each) => !fieldsPlaced.has(each.name))),
    ["From the page", assets.source_url[asset] ? [link(assets.source_url[asset], assets.source_url[asset])] : ""],
    ["Date of that page", assets.source_date[asset]],
    ["Last checked", assets.verified_on[asset] || "Nobody has noted a check yet"],
  ];
}

function linksOf(asset) {
  return links.from.map((from, at) => at).filter((at) => links.from[at] === asset || links.to[at] === asset);
}

const evidenceWords = new Map([
  ["declared", "declared, not confirmed"],
  ["tested", "tested: found"],
]);

// What both have said is not "not confirmed", and a test that found no link is told beside what they said.
function linkWords(at) {
  const evidence = links.evidence[at].split(", ").filter(Boolean);
  const told = evidence.filter((word) => word !== "declared" || !evidence.includes("confirmed"));
  const words = told.map((word) => evidenceWords.get(word) || word);
  return [...words, ...(links.missing[at] ? ["not found in this test"] : [])].join("; ");
}

function linkList(asset, found) {
  if (!found.length) return null;
  const list = make("ul");
  for (const at of found) {
    const out = links.from[at] === asset;
    const other = out ? links.to[at] : links.from[at];
    const name = other >= 0 ? assetButton(other) : make("bdi", {}, out ? links.toName[at] : links.fromName[at]);
    const words = linkWords(at);
    list.append(make("li", {}, out ? "Refers to " : "Is referred to by ", name, words ? " (" + words + ")" : ""));
  }
  return make("div", {}, make("h4", {}, "Links"), list);
}

function nearList(others) {
  if (!others.length) return null;
  const list = make("ul", {}, ...others.slice(0, longestList).map((asset) => make("li", {}, assetButton(asset))));
  return make("div", {}, make("h4", {}, "Also at or near this point"), list);
}

function openArea(area, from) {
  choose({ area });
  const shape = shapesOfAreas[area];
  if (shape && from !== map.getContainer()) map.fitBounds(shape.getBounds(), { animate: false, maxZoom: 11 });
  openDetails(areas.name[area], [describe(areaPairs(area)), insideList(areas.named[area])].filter(Boolean), from);
}

function areaPairs(area) {
  return [
    ["Name in Welsh", areas.welsh[area] ? [make("span", { lang: "cy" }, areas.welsh[area])] : ""],
    ["Status", facts.statuses[areas.status[area]].label],
    ["Who looked, and when", lookedWords(area)],
    ["Types of LERO", areas.leroTypes[area]],
    ["Assets counted, by type", typeWords(area)],
    ["Recovery support, by type", countWords(areas.rss.map((each) => [each.label, each.counts[area], 0]))],
    ...layerPairs(area),
  ];
}

function lookedWords(area) {
  if (areas.looked[area]) return areas.looked[area];
  return facts.statuses[areas.status[area]].code === "served" ? "Known without a survey" : "Nobody has noted yet that they looked";
}

const typeWords = (area) => countWords(facts.types.map((type, at) => [type.label, areas.counts[at][area], hiddenOf(area, at)]));

// Lines for triples of label, count, and how many of that count are not named. A count is a number, null where nobody
// looked, and undefined where the type is not counted at all.
function countWords(triples) {
  const lines = triples.filter(([, count, hidden]) => count || hidden).map(([label, count, hidden]) => label + ": " + numberWords(count || 0, hidden));
  const labels = (wanted) => triples.filter(([, count, hidden]) => count === wanted && !hidden).map(([label]) => label);
  const line = (words, found) => (found.length ? [words + ": " + found.join(", ")] : []);
  return [...lines, ...line("None found", labels(0)), ...line("Not surveyed", labels(null))];
}

function numberWords(count, hidden) {
  if (!hidden) return grouped(count);
  if (hidden > count) return grouped(hidden) + ", not named here";
  return grouped(count) + ", of which " + grouped(hidden) + (hidden === 1 ? " is" : " are") + " not named here";
}

// How many assets of a type are counted in an authority without a name.
function hiddenOf(area, type) {
  return areas.notNamed[area].filter((pair) => pair[0] === type).reduce((sum, pair) => sum + pair[1], 0);
}

function insideList(inside) {
  if (!inside.length) return null;
  const list = make("ul");
  for (const asset of inside.slice(0, longestList)) {
    list.append(make("li", {}, assetButton(asset), insideNote(asset)));
  }
  const more = inside.length - longestList;
  const rest = more > 0 ? make("p", {}, "And " + grouped(more) + " more: search the table for this authority.") : null;
  return make("div", {}, make("h4", {}, "Assets named here"), list, rest);
}

function insideNote(asset) {
  const where = hasPoint(asset) ? "" : assets.place[asset] || "no point on the map";
  const date = assets.source_date[asset] ? "date of the page: " + assets.source_date[asset] : "";
  const notes = [where, date].filter(Boolean);
  return notes.length ? " " + notes.join("; ") : "";
}
