// The map: authorities as SVG (it has patterns), every asset in one layer on one canvas (it is fast), links as SVG lines.
const stroke = "#1a1a1a";
const shapes = facts.types.map((type) => new Path2D(type.path));

// One Leaflet path that draws all assets and the names of the authorities: no object an asset, whatever their number.
const Symbols = L.Path.extend({
  options: { interactive: false, weight: 1 },
  initialize: function (options) {
    L.setOptions(this, options);
    this.shown = [];
    this.chosen = -1;
  },
  show: function (shown) {
    this.shown = shown.filter(hasPoint);
    if (this._map) this._reset();
    this.redraw();
  },
  choose: function (asset) {
    this.chosen = asset;
    this.redraw();
  },
  near: function (containerPoint, reach) {
    const wanted = this._map.containerPointToLayerPoint(containerPoint);
    const found = [];
    this._pixels.forEach((pixel, at) => {
      const apart = pixel.distanceTo(wanted);
      if (apart <= reach) found.push([apart, this.shown[at]]);
    });
    return found.sort((a, b) => a[0] - b[0]).map((pair) => pair[1]);
  },
  _project: function () {
    this._pixels = this.shown.map((asset) => this._map.latLngToLayerPoint(pointOf(asset)));
    this._piles = pilesOf(this.shown);
    this._names = areaNames(this._map, this._pixels);
    // Every part of the canvas is ours, so no redraw may leave this layer out.
    this._pxBounds = L.bounds([-1e7, -1e7], [1e7, 1e7]);
  },
  _update: function () {
    if (this._map) this._updatePath();
  },
  _updatePath: function () {
    const renderer = this._renderer;
    if (!renderer._drawing) return;
    const seen = renderer._bounds;
    drawNames(renderer._ctx, this._names);
    const size = symbolSize(this._map.getZoom());
    this._pixels.forEach((pixel, at) => {
      if (seen.contains(pixel)) drawSymbol(renderer._ctx, pixel, this.shown[at], size, false);
    });
    this._piles.forEach(([first, count]) => {
      if (seen.contains(this._pixels[first])) drawBadge(renderer._ctx, this._pixels[first], count, size);
    });
    // The chosen one again, over its neighbours.
    const at = this.shown.indexOf(this.chosen);
    if (at >= 0) drawSymbol(renderer._ctx, this._pixels[at], this.chosen, size, true);
  },
});

// Assets at the very same point lie on each other: where each such pile begins, and how many they are.
function pilesOf(shown) {
  const piles = new Map();
  shown.forEach((asset, at) => {
    const key = assets.x[asset] + " " + assets.y[asset];
    const pile = piles.get(key) || [at, 0];
    pile[1] += 1;
    piles.set(key, pile);
  });
  return [...piles.values()].filter((pile) => pile[1] > 1);
}

function drawBadge(context, pixel, count, size) {
  const reach = count > 99 ? 11 : 8;
  context.save();
  context.translate(pixel.x + size * 10 + 3, pixel.y - size * 10 - 3);
  context.beginPath();
  context.arc(0, 0, reach, 0, 2 * Math.PI);
  context.fillStyle = stroke;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = "#fff";
  context.stroke();
  context.font = "700 11px system-ui, Arial, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = "#fff";
  context.fillText(String(count), 0, 0.5);
  context.restore();
}

// Small where a whole country is on the screen, larger where there is room.
function symbolSize(zoom) {
  return Math.max(0.42, Math.min(0.95, 0.42 + (zoom - 6) * 0.09));
}

function drawSymbol(context, pixel, asset, size, chosen) {
  const type = assets.type[asset];
  const about = assets.about[asset];
  const scale = about ? size * 0.65 : size;
  context.save();
  context.translate(pixel.x, pixel.y);
  if (chosen) drawRing(context, size * 14 + 5, 3.5, []);
  if (about) drawRing(context, size * 14, 1.5, [4, 3]);
  context.scale(scale, scale);
  context.lineWidth = 1.4 / scale;
  context.strokeStyle = stroke;
  context.fillStyle = facts.types[type].colour;
  context.fill(shapes[type]);
  context.stroke(shapes[type]);
  context.restore();
}

function drawRing(context, radius, width, dashes) {
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fillStyle = "rgba(255,255,255,0.85)";
  context.fill();
  context.setLineDash(dashes);
  context.lineWidth = width;
  context.strokeStyle = stroke;
  context.stroke();
  context.setLineDash([]);
}

// With no base map the names tell where one is; a name is written only where its authority has room for it.
const nameFont = "600 12px system-ui, Arial, sans-serif";
const ruler = document.createElement("canvas").getContext("2d");
ruler.font = nameFont;
const nameWidths = areas.name.map((name) => ruler.measureText(name).width);

function areaNames(map, pixels) {
  const names = [];
  areas.middle.forEach((middle, area) => {
    if (middle === null) return;
    const box = shapesOfAreas[area].getBounds();
    const width = map.latLngToLayerPoint(box.getNorthEast()).x - map.latLngToLayerPoint(box.getSouthWest()).x;
    if (nameWidths[area] > width * 0.85) return;
    const at = map.latLngToLayerPoint([middle[1] / facts.scale, middle[0] / facts.scale]);
    const clear = clearOf(pixels, names, at, nameWidths[area] / 2 + 8);
    if (clear) names.push({ words: areas.name[area], at: clear, reach: nameWidths[area] / 2 });
  });
  return names;
}

// A name moves up or down a little where a symbol or another name would lie on it, and is left out where that is no help.
function clearOf(pixels, names, at, reach) {
  const apart = (other, y, wide) => Math.abs(other.x - at.x) >= wide || Math.abs(other.y - y) >= 15;
  const free = (y) => pixels.every((pixel) => apart(pixel, y, reach)) && names.every((name) => apart(name.at, y, reach + name.reach));
  const y = [0, -10, 10, -20, 20].map((by) => at.y + by).find(free);
  return y === undefined ? null : L.point(at.x, y);
}

function drawNames(context, names) {
  context.save();
  context.font = nameFont;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = "rgba(255,255,255,0.9)";
  context.fillStyle = stroke;
  for (const name of names) {
    context.strokeText(name.words, name.at.x, name.at.y);
    context.fillText(name.words, name.at.x, name.at.y);
  }
  context.restore();
}

// Nothing is drawn on a page that holds no place at all; 54.5 N, 2.5 W is the middle of the United Kingdom.
const whole = facts.bounds[0][0] === null ? L.latLngBounds([49.9, -8], [59, 2]) : L.latLngBounds(facts.bounds);
const map = L.map("map", {
  attributionControl: false,
  zoomControl: false,
  zoomSnap: 0.25,
  maxZoom: 16,
  scrollWheelZoom: false,
  zoomAnimation: !calm,
  fadeAnimation: !calm,
  inertia: !calm,
  maxBounds: whole.pad(0.75),
});
const areaRenderer = L.svg({ padding: 0.5 });
let chosenArea = -1;
let chosenLines = [];

// A thin line about each authority, a thick one about the chosen, a thick blue one about each that a search finds.
const outline = { weight: 1, color: "#333", fillOpacity: 1 };
const chosenStyle = { weight: 4, color: stroke, fillOpacity: 1 };
const foundStyle = { weight: 3.5, color: "#0b3d91", fillOpacity: 1 };
const passedStyle = { weight: 1, color: "#333", fillOpacity: 0.35 };
let foundAreas = null;
const shapesOfAreas = areas.rings.map((polygons, area) => {
  if (!polygons.length) return null;
  const fill = "url(#fill-" + facts.statuses[areas.status[area]].code + ")";
  const style = { renderer: areaRenderer, fillColor: fill, smoothFactor: 0.5, bubblingMouseEvents: false };
  return L.polygon(polygons.map((rings) => rings.map(ringOf)), { ...outline, ...style });
});

map.createPane("symbols").style.zIndex = 450;
const symbols = new Symbols({ renderer: L.canvas({ pane: "symbols", padding: 0.3 }), pane: "symbols" });

function drawMap() {
  map.fitBounds(whole, { animate: false });
  map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(whole)) - 0.5);
  shapesOfAreas.forEach((shape, area) => {
    if (shape === null) return;
    shape.addTo(map);
    shape.on("click", (event) => chooseAt(event, area));
  });
  symbols.addTo(map);
  map.on("click", (event) => chooseAt(event, -1));
  map.on("mousemove", (event) => {
    map.getContainer().classList.toggle("at-symbol", symbols.near(event.containerPoint, 12).length > 0);
  });
  // A wheel that turns over the map should move the page, until the map has been chosen.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
}

// A click means the nearest symbol, and where there is none the authority under it.
function chooseAt(event, area) {
  const found = symbols.near(event.containerPoint, 14);
  if (found.length) openAsset(found[0], map.getContainer(), found.slice(1));
  else if (area >= 0) openArea(area, map.getContainer());
}

function markArea(area) {
  const before = chosenArea;
  chosenArea = area;
  styleArea(before);
  styleArea(area);
}

// found: the authorities that a search finds, or null when nobody searches.
function markFound(found) {
  foundAreas = found && new Set(found);
  everyArea.forEach(styleArea);
  styleArea(chosenArea);
}

function styleArea(area) {
  if (area < 0 || !shapesOfAreas[area]) return;
  const style = styleOf(area);
  shapesOfAreas[area].setStyle(style);
  if (style === chosenStyle || style === foundStyle) shapesOfAreas[area].bringToFront();
}

function styleOf(area) {
  if (area === chosenArea) return chosenStyle;
  if (foundAreas === null) return outline;
  return foundAreas.has(area) ? foundStyle : passedStyle;
}

// The links of one asset, in and out, each an arrow; dashed where this test did not find it.
function markLinks(found) {
  chosenLines.forEach((line) => line.remove());
  const drawn = found.filter((at) => links.from[at] >= 0 && links.to[at] >= 0 && hasPoint(links.from[at]) && hasPoint(links.to[at]));
  chosenLines = drawn.map((at) => {
    const dashes = links.missing[at] ? "7 6" : null;
    const style = { renderer: areaRenderer, color: stroke, weight: 2.5, dashArray: dashes, interactive: false, smoothFactor: 0 };
    const line = L.polyline([pointOf(links.from[at]), pointOf(links.to[at])], style).addTo(map);
    line.getElement().setAttribute("marker-end", "url(#arrow)");
    return line;
  });
}

function moveMap(how) {
  const step = { left: [-120, 0], right: [120, 0], up: [0, -120], down: [0, 120] }[how];
  if (step) map.panBy(step, { animate: !calm });
  else if (how === "whole") map.fitBounds(whole, { animate: false });
  else map.setZoom(map.getZoom() + (how === "in" ? 1 : -1), { animate: !calm });
}
