// The map: authorities as SVG (it has patterns), every asset in one layer on one canvas (it is fast).
const stroke = "#1a1a1a";
const paper = "rgba(255,255,255,0.85)";
const shapes = facts.types.map((type) => new Path2D(type.path));

// Where each asset stands on a world of 256 pixels: worked out once, and then only stretched.
const world = { x: new Float64Array(everyAsset.length).fill(NaN), y: new Float64Array(everyAsset.length).fill(NaN) };
everyAsset.filter(hasPoint).forEach((asset) => {
  const point = L.CRS.EPSG3857.latLngToPoint(pointOf(asset), 0);
  world.x[asset] = point.x;
  world.y[asset] = point.y;
});

// One Leaflet path that draws all assets and the names of the authorities: no object an asset, whatever their number.
const Symbols = L.Path.extend({
  options: { interactive: false, weight: 1 },
  initialize: function (options) {
    L.setOptions(this, options);
    this.shown = [];
    this.chosen = -1;
    this.withLinks = false;
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
  // The assets of the nearest mark, the one that heads it first; none where no mark is so near.
  near: function (containerPoint, reach) {
    const best = this._nearest(containerPoint, reach);
    return best < 0 ? [] : this.shown.filter((asset, at) => this._heads[at] === best);
  },
  // The same question as a plain yes or no: it is asked whenever a pointer moves.
  isNear: function (containerPoint, reach) {
    return this._nearest(containerPoint, reach) >= 0;
  },
  // Where the head of the nearest mark stands in the list of those shown, or -1.
  _nearest: function (containerPoint, reach) {
    const wanted = this._map.containerPointToLayerPoint(containerPoint);
    let best = -1;
    let least = reach;
    this._marks.head.forEach((head, mark) => {
      const apart = Math.hypot(this._marks.x[mark] - wanted.x, this._marks.y[mark] - wanted.y);
      if (apart <= least) [best, least] = [head, apart];
    });
    return best;
  },
  // Where an asset, or the mark that stands for it, is drawn.
  seats: function () {
    const seats = new Float64Array(2 * everyAsset.length).fill(NaN);
    this.shown.forEach((asset, at) => {
      seats[2 * asset] = this._x[this._heads[at]];
      seats[2 * asset + 1] = this._y[this._heads[at]];
    });
    return seats;
  },
  _project: function () {
    const scale = 2 ** this._map.getZoom();
    const origin = this._map.getPixelOrigin();
    this._x = Float64Array.from(this.shown, (asset) => world.x[asset] * scale - origin.x);
    this._y = Float64Array.from(this.shown, (asset) => world.y[asset] * scale - origin.y);
    this._heads = headsOf(this._x, this._y);
    this._marks = marksOf(this.shown, this._heads, this._x, this._y);
    this._names = areaNames(this._map, this._marks);
    // Every part of the canvas is ours, so no redraw may leave this layer out.
    this._pxBounds = L.bounds([-1e7, -1e7], [1e7, 1e7]);
  },
  _update: function () {
    if (this._map) this._updatePath();
  },
  _updatePath: function () {
    const { _ctx: context, _drawing: drawing } = this._renderer;
    if (!drawing) return;
    drawNames(context, this._names);
    if (this.withLinks) drawAllLinks(context, this.seats());
    this._drawMarks(context, this._renderer._bounds);
    // The chosen one over its neighbours, at its own place.
    const at = this.shown.indexOf(this.chosen);
    if (at >= 0) drawSymbol(context, this._x[at], this._y[at], this.chosen, symbolSize(this._map.getZoom()), true);
  },
  _drawMarks: function (context, seen) {
    const { head, x, y, count, about } = this._marks;
    const size = symbolSize(this._map.getZoom());
    for (let mark = 0; mark < head.length; mark += 1) {
      if (!seen.contains([x[mark], y[mark]])) continue;
      if (count[mark] > 1) drawMark(context, x[mark], y[mark], count[mark], about[mark]);
      else drawSymbol(context, x[mark], y[mark], this.shown[head[mark]], size, false);
    }
  },
});

// Small where a whole country is on the screen, larger where there is room.
function symbolSize(zoom) {
  return Math.max(0.42, Math.min(0.95, 0.42 + (zoom - 6) * 0.09));
}

function drawSymbol(context, x, y, asset, size, chosen) {
  const type = assets.type[asset];
  const about = assets.about[asset];
  const scale = about ? size * 0.65 : size;
  context.save();
  context.translate(x, y);
  if (chosen) drawRing(context, size * 14 + 5, 3.5, [], paper);
  if (about) drawRing(context, size * 14, 1.5, [4, 3], paper);
  context.scale(scale, scale);
  context.lineWidth = 1.4 / scale;
  context.strokeStyle = stroke;
  context.fillStyle = facts.types[type].colour;
  context.fill(shapes[type]);
  context.stroke(shapes[type]);
  context.restore();
}

function drawRing(context, radius, width, dashes, fill) {
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.setLineDash(dashes);
  context.lineWidth = width;
  context.strokeStyle = stroke;
  context.stroke();
  context.setLineDash([]);
}

// Nothing is drawn on a page that holds no place at all; 54.5 N, 2.5 W is the middle of the United Kingdom.
const whole = facts.bounds[0][0] === null ? L.latLngBounds([49.9, -8], [59, 2]) : L.latLngBounds(facts.bounds);
const map = L.map("map", {
  attributionControl: false,
  zoomControl: false,
  zoomSnap: 0.25,
  maxZoom: 16,
  scrollWheelZoom: false,
  dragging: false,
  zoomAnimation: !calm,
  fadeAnimation: !calm,
  inertia: !calm,
  maxBounds: whole.pad(0.75),
});
const areaRenderer = L.svg({ padding: 0.5 });
let chosenArea = -1;

// A thin line about each authority, a thick one about the chosen, a thick blue one about each that a search finds.
const outline = { weight: 1, color: "#333", fillOpacity: 1 };
const chosenStyle = { weight: 4, color: stroke, fillOpacity: 1 };
const foundStyle = { weight: 3.5, color: "#0b3d91", fillOpacity: 1 };
const passedStyle = { weight: 1, color: "#333", fillOpacity: 0.35 };
let foundAreas = null;
let areaFill = 1;
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
    map.getContainer().classList.toggle("at-symbol", symbols.isNear(event.containerPoint, 14));
  });
  // One finger moves the page, so that nobody is caught on the map: two move and zoom it, and a mouse drags it.
  map.getContainer().addEventListener("pointerdown", (event) => map.dragging[event.pointerType === "mouse" ? "enable" : "disable"](), true);
  // A wheel that turns over the map should move the page, until the map has been chosen.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
}

// A click means the nearest mark or symbol, and where there is none the authority under it.
function chooseAt(event, area) {
  const found = symbols.near(event.containerPoint, 14);
  if (found.length > 1) openMark(found);
  else if (found.length) openAsset(found[0], map.getContainer());
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
  shapesOfAreas[area].setStyle({ ...style, fillOpacity: Math.min(style.fillOpacity, areaFill) });
  if (style === chosenStyle || style === foundStyle) shapesOfAreas[area].bringToFront();
}

// Over a base map the authorities let it be seen, and keep their hatches.
function fadeAreas(fill) {
  areaFill = fill;
  everyArea.forEach(styleArea);
}

function styleOf(area) {
  if (area === chosenArea) return chosenStyle;
  if (foundAreas === null) return outline;
  return foundAreas.has(area) ? foundStyle : passedStyle;
}

function moveMap(how) {
  const step = { left: [-120, 0], right: [120, 0], up: [0, -120], down: [0, 120] }[how];
  if (step) map.panBy(step, { animate: !calm });
  else if (how === "whole") map.fitBounds(whole, { animate: false });
  else map.setZoom(map.getZoom() + (how === "in" ? 1 : -1), { animate: !calm });
}
