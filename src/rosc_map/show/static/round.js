// The pairs that a linkage test asked about, on coordinators' maps alone: a line each, told apart by how it is drawn.
const tested = facts.round;
const dashesOf = [null, "9 6", "1 6"];
const pairsBox = byId("show-pairs");
let pairLines = [];
let pairsShown = [];

const everyPair = () => tested.result.map((result, pair) => pair);
const pairsWith = (result) => everyPair().filter((pair) => tested.result[pair] === result);
const pairEnds = (pair) => [tested.from[pair], tested.to[pair]];

// A line needs two ends that are apart.
function canDraw(pair) {
  if (pairEnds(pair).some((asset) => asset < 0 || !hasPoint(asset))) return false;
  const [from, to] = pairEnds(pair).map(pointOf);
  return !from.equals(to);
}

function drawPair(pair) {
  const dashes = dashesOf[tested.result[pair]];
  const style = { renderer: areaRenderer, color: stroke, weight: 2, dashArray: dashes, interactive: false, smoothFactor: 0 };
  const line = L.polyline(pairEnds(pair).map(pointOf), style).addTo(map);
  line.getElement().setAttribute("marker-end", "url(#arrow)");
  line.getElement().classList.add("tested-pair");
  return line;
}

function drawPairs() {
  pairLines.forEach((line) => line.remove());
  pairLines = pairsBox.checked ? pairsShown.filter(canDraw).map(drawPair) : [];
  byId("pairs-legend").hidden = !pairsBox.checked;
}

// The table and the lines follow search and boxes; the key goes on telling of the whole test.
function followPairs(shown) {
  pairsShown = shown;
  pairRows.show(shown);
  const missing = shown.filter((pair) => !canDraw(pair)).length;
  const without = plural(missing, "pair is", "pairs are") + " in the table only: a service has no point on the map, or both are at one place.";
  byId("pairs-drawn").textContent = missing ? without : "";
  drawPairs();
}

// A line of the key, drawn as those of the map are.
function sampleLine(dashes) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const line = document.createElementNS(space, "path");
  for (const [name, value] of [["class", "swatch"], ["viewBox", "0 0 36 22"], ["aria-hidden", "true"], ["focusable", "false"]]) {
    picture.setAttribute(name, value);
  }
  for (const [name, value] of [["d", "M2 11H34"], ["stroke", stroke], ["stroke-width", "2.5"], ["stroke-linecap", "round"]]) {
    line.setAttribute(name, value);
  }
  if (dashes) line.setAttribute("stroke-dasharray", dashes);
  picture.append(line);
  return picture;
}

function pairKey() {
  const of = " of " + plural(tested.result.length, "pair", "pairs") + " asked about";
  const explained = ["", "", " (or two that differ and are not settled)"];
  tested.results.forEach((words, result) => {
    const said = words.charAt(0).toUpperCase() + words.slice(1) + explained[result] + ": " + grouped(pairsWith(result).length) + of;
    byId("pairs-key").append(make("li", {}, sampleLine(dashesOf[result]), make("span", {}, said)));
  });
}

function pairTable() {
  return pagedTable(byId("pairs"), {
    name: "pairs",
    everyRow: everyPair(),
    columns: [
      { head: "From", cell: (pair) => tested.fromName[pair] },
      { head: "Asked about", cell: (pair) => tested.toName[pair] },
      { head: "Result", cell: (pair) => tested.results[tested.result[pair]] },
    ],
    caption: (first, last, found) =>
      found === 0 ? "No pair is shown." : captionOf("Pairs", first, last, found) + " shown (" + grouped(tested.result.length) + " asked about)",
  });
}

if (tested) {
  // The choice belongs to the map; what it shows is explained and listed further down.
  document.querySelector(".legend").before(byId("pairs-choice"));
  pairsBox.addEventListener("change", drawPairs);
  pairKey();
}
