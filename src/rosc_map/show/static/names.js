// The names of the authorities: with no base map they tell where one is. One is written only where there is room for it.
const nameFont = "600 12px system-ui, Arial, sans-serif";
const nameHeight = 15;
const ruler = document.createElement("canvas").getContext("2d");
ruler.font = nameFont;

// What to write, the better first: the Welsh name and the English one, or the English one alone.
const namesOf = areas.name.map((name, area) => {
  const both = areas.welsh[area] ? [areas.welsh[area] + " / " + name] : [];
  return [...both, name].map((words) => ({ words, reach: ruler.measureText(words).width / 2 }));
});

function areaNames(map, marks) {
  const cells = cellsOf(marks.x, marks.y);
  const names = [];
  areas.middle.forEach((middle, area) => {
    if (middle === null) return;
    const box = shapesOfAreas[area].getBounds();
    const width = map.latLngToLayerPoint(box.getNorthEast()).x - map.latLngToLayerPoint(box.getSouthWest()).x;
    const at = map.latLngToLayerPoint([middle[1] / facts.scale, middle[0] / facts.scale]);
    const fitting = namesOf[area].filter((name) => 2 * name.reach <= width * 0.85);
    for (const { words, reach } of fitting) {
      const y = clearOf(cells, marks, names, at, reach);
      if (y === undefined) continue;
      names.push({ words, at: L.point(at.x, y), reach });
      break;
    }
  });
  return names;
}

// A name moves up or down a little where a symbol or another name would lie on it; undefined where that is no help.
function clearOf(cells, marks, names, at, reach) {
  const free = (y) =>
    names.every((name) => Math.abs(name.at.x - at.x) >= reach + 8 + name.reach || Math.abs(name.at.y - y) >= nameHeight) &&
    !anyMark(cells, marks, at.x, y, reach + 8);
  return [0, -10, 10, -20, 20].map((by) => at.y + by).find(free);
}

// Whether a mark lies within so many pixels to the sides, and a line's height up or down.
function anyMark(cells, marks, x, y, reach) {
  for (const mark of between(cells, x - reach, x + reach, y - nameHeight, y + nameHeight)) {
    if (Math.abs(marks.x[mark] - x) < reach && Math.abs(marks.y[mark] - y) < nameHeight) return true;
  }
  return false;
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
