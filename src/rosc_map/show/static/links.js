// Links, each an arrow from the one that refers to the one that is referred to, drawn as what is known of it.
// By kind: confirmed or found in a test (its head is full, the others' are hollow); declared; not found in this test;
// counted only.
const linkDashes = [[], [10, 4], [5, 4], [2, 4]];
const everyLink = links.from.map((from, at) => at);
let chosenLines = [];

// The links of one asset, in and out.
function markLinks(found) {
  chosenLines.forEach((line) => line.remove());
  chosenLines = found.filter(hasEnds).map(chosenLine);
}

const hasEnds = (at) => [links.from[at], links.to[at]].every((end) => end >= 0 && hasPoint(end));

function chosenLine(at) {
  const dashArray = linkDashes[links.kind[at]].join(" ") || null;
  const style = { renderer: areaRenderer, color: stroke, weight: 2.5, dashArray, interactive: false, smoothFactor: 0 };
  const line = L.polyline([pointOf(links.from[at]), pointOf(links.to[at])], style).addTo(map);
  line.getElement().setAttribute("marker-end", links.kind[at] === 0 ? "url(#arrow)" : "url(#arrow-open)");
  return line;
}

// Every link of the assets that are shown, faint, under the symbols.
function showAllLinks(on) {
  symbols.withLinks = on;
  symbols.redraw();
}

// seats: where the mark of each asset stands, x and y after each other; NaN for one that is not shown.
function drawAllLinks(context, seats) {
  context.save();
  // The more there are, the fainter.
  context.globalAlpha = Math.max(0.2, Math.min(0.5, 7 / Math.sqrt(links.from.length)));
  context.lineWidth = 1.2;
  context.strokeStyle = stroke;
  linkDashes.forEach((dashes, kind) => drawLinksOf(context, seats, kind));
  context.restore();
}

// One path for all lines and one for all heads: a stroke for each would take the browser a second.
function drawLinksOf(context, seats, kind) {
  const lines = new Path2D();
  const heads = new Path2D();
  const drawn = new Set();
  for (const at of everyLink.filter((link) => links.kind[link] === kind)) {
    const ends = [links.from[at], links.to[at]].flatMap((end) => (end < 0 ? [NaN, NaN] : [seats[2 * end], seats[2 * end + 1]]));
    const key = ends.join(" ");
    // Links between the same two marks lie on each other, and one within a mark has no length.
    if (ends.some(Number.isNaN) || drawn.has(key) || (ends[0] === ends[2] && ends[1] === ends[3])) continue;
    drawn.add(key);
    addArrow(lines, heads, ...ends);
  }
  if (!drawn.size) return;
  context.setLineDash(linkDashes[kind]);
  context.stroke(lines);
  context.setLineDash([]);
  context.fillStyle = kind === 0 ? stroke : "#fff";
  context.fill(heads);
  context.stroke(heads);
}

// The head stands before the symbol, not under it.
function addArrow(lines, heads, fromX, fromY, toX, toY) {
  const turn = Math.atan2(toY - fromY, toX - fromX);
  const long = Math.hypot(toX - fromX, toY - fromY);
  const at = (along, aside) => [
    fromX + along * Math.cos(turn) - aside * Math.sin(turn),
    fromY + along * Math.sin(turn) + aside * Math.cos(turn),
  ];
  lines.moveTo(fromX, fromY);
  lines.lineTo(toX, toY);
  heads.moveTo(...at(long - 12, 0));
  heads.lineTo(...at(long - 19, 3.5));
  heads.lineTo(...at(long - 19, -3.5));
  heads.closePath();
}
