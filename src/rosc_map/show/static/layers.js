// Ways to colour the authorities, and the places where to ask who is emerging: they belong to the layer of reach and are
// shown with it alone. A page without them has none of this.
const layers = facts.layers;
const sites = facts.sites;
const chooser = byId("layer");
const layerHead = make("span");
const siteMarks = L.layerGroup();
const chosenLayer = () => layers[Number(chooser.value)];

function colourAuthorities() {
  const layer = chosenLayer();
  shapesOfAreas.forEach((shape, area) => {
    if (shape) shape.setStyle({ fillColor: "url(#" + layer.fills[area] + ")" });
  });
  document.querySelectorAll(".of-sites").forEach((part) => (part.hidden = !layer.sites));
  if (layer.sites) siteMarks.addTo(map);
  else siteMarks.remove();
  document.querySelectorAll("[data-layer]").forEach((legend) => {
    legend.hidden = legend.dataset.layer !== chooser.value;
  });
  layerHead.textContent = layer.label;
  byId("layer-note").textContent = layer.note;
}

// The words of every layer about one authority, and the column of the chosen layer in the table of authorities.
const layerPairs = (area) => layers.map((layer) => [layer.label, layer.words[area]]);
const layerColumns = () => (layers.length ? [{ head: layerHead, class: "long", cell: (area) => chosenLayer().words[area], key: layerKey }] : []);
const layerKey = (area) => chosenLayer().keys[area];

const siteName = (site) => "Place " + (site + 1) + ": " + sites[site].postcode;
const sitePoint = (site) => L.latLng(sites[site].y / facts.scale, sites[site].x / facts.scale);

function openSite(site, from) {
  choose({});
  if (!from.matches(".site")) map.setView(sitePoint(site), Math.max(map.getZoom(), 11), { animate: false });
  const pairs = [["Authority", sites[site].authority], ["What it would change", sites[site].words]];
  openDetails(siteName(site), [make("p", {}, "About here. Ask who is emerging, and what would help them."), describe(pairs)], from);
}

// Numbered marks. Whenever they come onto the map they are new elements: Leaflet lets a keyboard reach them and says that
// they are buttons; that a key presses them is ours.
function drawSites() {
  sites.forEach((site, at) => {
    const icon = L.divIcon({ className: "site", iconSize: [28, 28], html: make("span", {}, String(at + 1)) });
    const mark = L.marker(sitePoint(at), { icon, riseOnHover: true }).addTo(siteMarks);
    mark.on("click", () => openSite(at, mark.getElement()));
    mark.on("add", () => nameMark(mark.getElement(), at));
  });
}

function nameMark(button, at) {
  button.setAttribute("aria-label", siteName(at));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    openSite(at, button);
  });
}

function siteTable() {
  const show = (site) => showButton("Show on map", siteName(site), (from) => openSite(site, from));
  return pagedTable(byId("sites"), {
    name: "places",
    everyRow: sites.map((site, at) => at),
    columns: [
      { head: "Place", cell: (site) => siteName(site) },
      { head: "Details", class: "show", cell: show },
      { head: "Authority", cell: (site) => sites[site].authority },
      { head: "What it would change", class: "long", cell: (site) => sites[site].words },
    ],
    caption: (first, last, found) => captionOf("Places", first, last, found) + ", each chosen after those before it",
  });
}

if (sites.length) {
  drawSites();
  siteTable().show(sites.map((site, at) => at));
}
if (layers.length) {
  chooser.addEventListener("change", () => {
    colourAuthorities();
    refresh();
  });
  colourAuthorities();
}
