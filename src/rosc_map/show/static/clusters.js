// Where symbols would lie on each other, one round mark with their number stands for them all; it parts as one zooms in.
const room = 28;

// The first asset of each mark, by the place in x and y (pixels) of every asset: its own place where it stands alone.
// Each asset goes to the first one that is near and heads a mark, so no two marks are nearer to each other than "room".
function headsOf(x, y) {
  const heads = new Int32Array(x.length).fill(-1);
  const cells = cellsOf(x, y);
  for (let at = 0; at < heads.length; at += 1) {
    if (heads[at] >= 0) continue;
    for (const other of between(cells, x[at] - room, x[at] + room, y[at] - room, y[at] + room)) {
      if (heads[other] < 0 && Math.hypot(x[other] - x[at], y[other] - y[at]) < room) heads[other] = at;
    }
  }
  return heads;
}

// A number for the square of the map in which a pixel lies; the world is less than 2 ** 20 squares wide.
const cellOf = (column, row) => column * 2 ** 21 + row;

function cellsOf(x, y) {
  const cells = new Map();
  for (let at = 0; at < x.length; at += 1) {
    const key = cellOf(Math.floor(x[at] / room), Math.floor(y[at] / room));
    const cell = cells.get(key);
    if (cell) cell.push(at);
    else cells.set(key, [at]);
  }
  return cells;
}

// All that lies in the squares between some pixels.
function* between(cells, west, east, north, south) {
  for (let column = Math.floor(west / room); column <= Math.floor(east / room); column += 1) {
    for (let row = Math.floor(north / room); row <= Math.floor(south / room); row += 1) {
      yield* cells.get(cellOf(column, row)) || [];
    }
  }
}

// The marks by column: which asset heads it, where, how many it stands for, and whether all of them are "about here".
function marksOf(shown, heads, x, y) {
  const head = Int32Array.from(heads.keys()).filter((at) => heads[at] === at);
  const count = new Int32Array(shown.length);
  const exact = new Int32Array(shown.length);
  heads.forEach((at, other) => {
    count[at] += 1;
    exact[at] += assets.about[shown[other]] ? 0 : 1;
  });
  return {
    head,
    x: Float64Array.from(head, (at) => x[at]),
    y: Float64Array.from(head, (at) => y[at]),
    count: head.map((at) => count[at]),
    about: head.map((at) => (exact[at] ? 0 : 1)),
  };
}

const markRadius = (count) => (count < 100 ? 11 : count < 1000 ? 13 : 16);

// Neutral in colour: it tells of no type and of no status. Dashed like a place that is only "about here" where all are.
function drawMark(context, x, y, count, about) {
  const radius = markRadius(count);
  context.save();
  context.translate(x, y);
  drawRing(context, radius, 2, about ? [4, 3] : [], "#fff");
  context.font = "700 11px system-ui, Arial, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = stroke;
  context.fillText(String(count), 0, 0.5);
  context.restore();
}

// A mark of many parts if one goes nearer, unless they all stand at one point or there is no nearer.
function openMark(found) {
  const box = L.latLngBounds(found.map(pointOf));
  const nearer = Math.min(map.getMaxZoom(), Math.max(map.getBoundsZoom(box.pad(0.2)), map.getZoom() + 1));
  if (box.getNorthEast().equals(box.getSouthWest()) || map.getZoom() >= map.getMaxZoom()) openHere(found);
  else map.setView(box.getCenter(), nearer, { animate: !calm });
}

function openHere(found) {
  choose({});
  const list = make("ul", {}, ...found.slice(0, longestList).map((asset) => make("li", {}, assetButton(asset))));
  const more = found.length - longestList;
  const rest = more > 0 ? make("p", {}, "And " + grouped(more) + " more: search the table for this place.") : null;
  const note = found.some((asset) => assets.about[asset]) ? make("p", { class: "hollow" }, "About here: not the exact place of all of them.") : null;
  openDetails(plural(found.length, "asset", "assets") + " here", [note, list, rest].filter(Boolean), map.getContainer());
}
