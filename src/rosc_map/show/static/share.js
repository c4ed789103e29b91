// The view as an address: what a person chose stands after the "#", so that a link opens the same view.
// Nothing of an address is believed: each value is compared with what the page has, and anything else is left out. A base
// map is never switched on by an address: that would ask another computer for pictures without the reader's wish.
const copyNote = byId("copy-note");
const copyBox = byId("copy-box");
let stateTimer = 0;
let wholeView = "";

// An address is kept by browsers, mail and chats. On a map that is not for everybody it is made only when somebody asks
// for it; one for coordinators tells nothing finer than an authority, because their map knows places that nobody may.
const forCoordinators = audience === "internal";
const wordsOnlyFor = (asset) => asset !== undefined && (!hasPoint(asset) || assets.about[asset]);
const tellsRoughly = () => forCoordinators || (!forAll && wordsOnlyFor(chosen.asset));

// Eight hex digits that stand for some words (FNV-1a): short, and no text in the address.
function shortHash(words) {
  let sum = 0x811c9dc5;
  for (let at = 0; at < words.length; at += 1) sum = Math.imul(sum ^ words.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, "0");
}

// Assets that are alike in all of this cannot be told apart by a reader either.
const markOf = (asset) =>
  shortHash([assets.name[asset], assets.type[asset], assets.local_authority[asset], assets.place[asset], assets.x[asset], assets.y[asset]].join("\n"));

const layerPart = {
  key: "layer",
  now: () => (chooser && chooser.selectedIndex > 0 ? shortHash(chosenLayer().label) : ""),
  set: (value) => {
    if (!chooser) return;
    chooser.selectedIndex = Math.max(0, layers.findIndex((layer) => shortHash(layer.label) === value));
    colourAuthorities();
  },
};

// Words that find nothing may be the name of a place that this page does not show: they are in no address.
const findsSomething = (words) => words.length > 0 && (everyAsset.some((asset) => assetFound(asset, words)) || areasFound(words).length > 0);

const searchPart = {
  key: "search",
  now: () => (!forCoordinators && findsSomething(wordsTyped()) ? search.value.trim() : ""),
  set: (value) => {
    search.value = value.length <= 200 ? value : "";
    if (!findsSomething(wordsTyped())) search.value = "";
  },
};

// The options that were switched off; an option that a later map has more of is shown.
const optionOf = (box) => shortHash(box.parentElement.querySelector(".option").textContent);
const filterPart = ({ name, boxes }) => ({
  key: "without-" + name,
  now: () => boxes.filter((box) => !box.checked).map(optionOf).join("_"),
  set: (value) => {
    const off = new Set(value.split("_"));
    boxes.forEach((box) => (box.checked = !off.has(optionOf(box))));
  },
});

const linksPart = {
  key: "all-links",
  now: () => (allLinks && allLinks.checked ? "1" : ""),
  set: (value) => {
    if (allLinks) allLinks.checked = value === "1";
  },
};

const pairsPart = {
  key: "pairs",
  now: () => (pairsBox && pairsBox.checked ? "1" : ""),
  set: (value) => {
    if (pairsBox) pairsBox.checked = value === "1";
  },
};

const tablePart = ([name, table]) => ({ key: "table-" + name, now: forCoordinators ? table.order : table.state, set: table.restore });

const assetPart = {
  key: "asset",
  now: () => (forCoordinators || chosen.asset === undefined ? "" : markOf(chosen.asset)),
  set: (value) => {
    const asset = value ? everyAsset.find((each) => markOf(each) === value) : undefined;
    if (asset !== undefined) openAsset(asset, null);
  },
};

const areaPart = {
  key: "authority",
  now: () => (chosen.area === undefined ? "" : areas.code[chosen.area]),
  set: (value) => {
    const area = value ? areas.code.indexOf(value) : -1;
    if (area >= 0) openArea(area, null);
  },
};

// Zoom, latitude, longitude; four digits are about 10 m, and one is about 10 km.
function viewNow(nearest = map.getMaxZoom(), digits = 4) {
  const { lat, lng } = map.getCenter();
  return [Math.min(map.getZoom(), nearest), lat.toFixed(digits), lng.toFixed(digits)].join("_");
}

const viewTold = () => (tellsRoughly() ? viewNow(11, 1) : viewNow());

const viewPart = {
  key: "view",
  now: () => (viewNow() === wholeView ? "" : viewTold()),
  set: (value) => {
    const [zoom, lat, lng] = value.split("_").map(Number);
    const known = [zoom, lat, lng].every(Number.isFinite);
    if (known && map.options.maxBounds.contains([lat, lng])) map.setView([lat, lng], zoom, { animate: false });
  },
};

const beforeRows = [layerPart, searchPart, ...filters.map(filterPart), linksPart, pairsPart];
const afterRows = () => [...[...tables].map(tablePart), assetPart, areaPart, viewPart];

function stateNow() {
  const said = [...beforeRows, ...afterRows()].map((part) => [part.key, part.now()]);
  return new URLSearchParams(said.filter(([, value]) => value)).toString();
}

const addressNow = () => window.location.href.split("#")[0] + "#" + stateNow();

function showState(state) {
  const tell = (part) => part.set(state.get(part.key) || "");
  forgetChoice();
  moveMap("whole");
  beforeRows.forEach(tell);
  refresh();
  afterRows().forEach(tell);
  writeSoon();
}

// A heading or the main part may be asked for by "#" too: that is no view.
function readAddress(address) {
  const [, ...parts] = address.split("#");
  const hash = parts.join("#");
  if (hash.includes("=")) showState(new URLSearchParams(hash));
}

function writeAddress() {
  const address = addressNow();
  byId("whole-map-link").href = address;
  try {
    window.history.replaceState(null, "", address);
  } catch {
    // A page in a strict frame may not change its address; the button still gives the link.
  }
}

function writeSoon() {
  if (!forAll) return;
  window.clearTimeout(stateTimer);
  stateTimer = window.setTimeout(writeAddress, 300);
}

// What a link of a map that is not for everybody gives away.
function toldWords() {
  if (forCoordinators) return " It tells the layer, the boxes, the order of the tables, an authority that you chose and very roughly the view; no search and no asset.";
  if (forAll) return "";
  return " It tells your search, what you chose and " + (tellsRoughly() ? "very roughly " : "") + "the view.";
}

async function copyLink() {
  const fromDisk = window.location.protocol === "file:";
  const where = toldWords() + (fromDisk ? " It works where this file is: send the file with it." : "");
  copyBox.value = addressNow();
  copyBox.parentElement.hidden = false;
  copyBox.select();
  try {
    await navigator.clipboard.writeText(copyBox.value);
    copyNote.textContent = "The link is copied." + where;
  } catch {
    copyNote.textContent = "Copy the link from the box." + where;
  }
}

function listenToState() {
  wholeView = viewNow();
  byId("whole-map-link").href = addressNow();
  readAddress(window.location.href);
  ["click", "change", "input", "keyup"].forEach((what) => document.addEventListener(what, writeSoon, true));
  map.on("moveend", writeSoon);
  // What was asked for, and not the address of now: our own writing may have come between.
  window.addEventListener("hashchange", (event) => readAddress(event.newURL));
  byId("copy").addEventListener("click", copyLink);
}
