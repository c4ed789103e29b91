// Reading the facts, and the only ways in which text that people typed reaches the page: as text, never as markup.
const facts = JSON.parse(document.getElementById("facts").textContent);
const assets = facts.assets;
const areas = facts.areas;
const links = facts.links;

// A column came as what occurs in it ("v") and the number of each cell ("i"); all cells that say the same share one text.
function unpacked(column) {
  if (Array.isArray(column)) return column;
  return assets.name.map((name, asset) => column.v[column.i.length ? column.i[asset] : 0]);
}

for (const [name, column] of Object.entries(assets)) {
  if (column.v) assets[name] = unpacked(column);
}
for (const each of assets.fields) each.values = unpacked(each.values);
for (const each of facts.filters) each.of = unpacked(each.of);

const everyArea = areas.name.map((name, area) => area);
const everyAsset = assets.name.map((name, asset) => asset);
const byId = (id) => document.getElementById(id);
const audience = byId("main").dataset.audience;
const forAll = audience === "public";
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// Make an element. Children that are strings become text nodes; an attribute is only ever set by its own name.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "click") element.addEventListener("click", value);
    else element.setAttribute(name, value);
  }
  for (const child of children) {
    if (child !== null && child !== "") element.append(child);
  }
  return element;
}

// A link if the address may be followed, else the same words without one. At home the frame shows only pages of the site.
function link(words, address) {
  const target = address.trim();
  if (!/^(https?:|mailto:|tel:)/i.test(target)) return document.createTextNode(words);
  return make("a", { href: target, rel: "noopener noreferrer", ...(atHome ? { target: "_top" } : {}) }, words);
}

function mailLink(address) {
  return /^[^\s?&@<>"']+@[^\s?&@<>"']+$/.test(address) ? link(address, "mailto:" + address) : link(address, "");
}

function phoneLink(number) {
  return /^[+\d][\d\s()./-]+$/.test(number) ? link(number, "tel:" + number.replace(/[^+\d]/g, "")) : link(number, "");
}

function contacts(asset) {
  const found = [];
  if (assets.phone[asset]) found.push(phoneLink(assets.phone[asset]));
  if (assets.email[asset]) found.push(mailLink(assets.email[asset]));
  if (assets.website[asset]) found.push(link(assets.website[asset], assets.website[asset]));
  return found;
}

const typeOf = (asset) => facts.types[assets.type[asset]];
const hasPoint = (asset) => assets.x[asset] !== null;
const field = (name) => (assets.fields.find((each) => each.name === name) || { values: [] }).values;
const times = field("sessions");
const served = field("areas_served");

// "TS3" becomes "TS3, about here" where the words do not say so themselves.
function whereWords(asset) {
  const place = assets.place[asset];
  if (assets.about[asset]) return /about/i.test(place) ? place : [place, "about here"].filter(Boolean).join(", ");
  return place || noPlaceWords(asset);
}

function noPlaceWords(asset) {
  if (served[asset]) return "serves " + served[asset];
  return assets.source_url[asset] ? "the page names no authority" : "not known";
}

function pointOf(asset) {
  return L.latLng(assets.y[asset] / facts.scale, assets.x[asset] / facts.scale);
}

// A ring came as steps of whole ten-thousandths of a degree.
function ringOf(steps) {
  const ring = [];
  let x = 0;
  let y = 0;
  for (let at = 0; at < steps.length; at += 2) {
    x += steps[at];
    y += steps[at + 1];
    ring.push([y / facts.scale, x / facts.scale]);
  }
  return ring;
}

// Typing "ynys mon" has to find "Ynys Môn".
function plain(words) {
  return words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

// 20000 is written 20,000.
const grouped = (count) => count.toLocaleString("en-GB");
const plural = (count, one, many) => grouped(count) + " " + (count === 1 ? one : many);
