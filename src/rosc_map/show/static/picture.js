// The view as a picture for slides: title, date, banner, map, legend and licences on one canvas, without any base map.
const sheetMargin = 24;
const fineness = 2;
const quietInk = "#4d4d4d";
const fontOf = (size, weight = 400) => weight + " " + size + "px system-ui, Arial, sans-serif";
const wordsOf = (selector) => [...document.querySelectorAll(selector)].map((place) => place.textContent.trim());

// An SVG as a picture: it takes the patterns of the page with it, because a picture cannot look them up there.
async function svgPicture(svg, width, height) {
  const copy = svg.cloneNode(true);
  // Where it lies on the map is no part of the picture.
  copy.removeAttribute("style");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.prepend(document.querySelector(".patterns defs").cloneNode(true));
  const picture = new Image();
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  await picture.decode();
  return picture;
}

// A block of the sheet has a height and paints itself at a height. Words are broken where the sheet ends.
function wordBlock(words, width, { size = 14, weight = 400, colour = stroke, fill = null } = {}) {
  const inset = fill ? 8 : 0;
  const lines = linesOf(words, width - 2 * inset, fontOf(size, weight));
  const step = size * 1.35;
  const paint = (context, left, top) => {
    if (fill) {
      context.fillStyle = fill;
      context.fillRect(left, top, width, lines.length * step + 2 * inset);
    }
    context.font = fontOf(size, weight);
    context.fillStyle = colour;
    lines.forEach((line, at) => context.fillText(line, left + inset, top + inset + at * step + size));
  };
  return { height: lines.length * step + 2 * inset, paint };
}

// Words that are longer than a line by themselves are cut: nobody reads them to their end on a slide.
function linesOf(words, width, font) {
  ruler.font = font;
  const lines = [""];
  for (const word of words.split(/\s+/)) {
    const longer = (lines[lines.length - 1] + " " + word).trim();
    if (ruler.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(cutWord(word, width));
  }
  return lines.filter(Boolean);
}

function cutWord(word, width) {
  let kept = word.slice(0, 300);
  while (kept.length > 1 && ruler.measureText(kept).width > width) kept = kept.slice(0, -1);
  return kept;
}

// The authorities and links as they are drawn, over them the symbols, and the numbers of the places.
async function mapBlock(width, height) {
  const box = map.getContainer().getBoundingClientRect();
  const layersOfMap = [...map.getContainer().querySelectorAll(".leaflet-overlay-pane svg, .leaflet-pane canvas")];
  const pictures = await Promise.all(layersOfMap.map((layer) => layerPicture(layer, box)));
  const marks = [...document.querySelectorAll("#map .site")].map((mark) => ({ words: mark.textContent, place: placeOnMap(mark, box) }));
  const paint = (context, left, top) => {
    context.save();
    context.translate(left, top);
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    pictures.forEach(({ picture, place }) => context.drawImage(picture, place.x, place.y, place.width, place.height));
    marks.forEach((mark) => paintMark(context, mark));
    context.strokeStyle = "#595959";
    context.strokeRect(0.5, 0.5, width - 1, height - 1);
    context.restore();
  };
  return { height, paint };
}

function placeOnMap(element, box) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left - box.left - map.getContainer().clientLeft, y: top - box.top - map.getContainer().clientTop, width, height };
}

async function layerPicture(layer, box) {
  const place = placeOnMap(layer, box);
  return { place, picture: layer.matches("canvas") ? layer : await svgPicture(layer, place.width * fineness, place.height * fineness) };
}

function paintMark(context, { words, place }) {
  context.fillStyle = stroke;
  context.fillRect(place.x, place.y, place.width, place.height);
  context.font = fontOf(15, 700);
  context.fillStyle = "#fff";
  context.textAlign = "center";
  context.fillText(words, place.x + place.width / 2, place.y + place.height / 2 + 5);
  context.textAlign = "start";
}

// A line of the legend, or of the filters: a type of asset that is switched on stands there with its symbol.
async function legendBlock(line, width) {
  const svg = line.querySelector("svg");
  const [across, down] = svg.matches(".swatch") ? [36, 22] : [26, 26];
  const picture = await svgPicture(svg, across * fineness, down * fineness);
  const words = wordBlock((line.querySelector(".option") || line.querySelector("span")).textContent, width - 46, { size: 13 });
  const paint = (context, left, top) => {
    context.drawImage(picture, left + (36 - across) / 2, top + 1, across, down);
    words.paint(context, left + 46, top + 4);
  };
  return { height: Math.max(28, words.height + 8), paint };
}

function legendLines() {
  const classes = [...document.querySelectorAll(".legend li")].filter((line) => line.getClientRects().length);
  const types = filters[0].boxes.filter((box) => box.checked).map((box) => box.closest("li"));
  return [...classes, ...types];
}

// As many columns as there is room for, so that a legend does not become longer than the map.
async function legendBlocks(width) {
  const columns = Math.max(1, Math.floor(width / 320));
  const across = width / columns;
  const blocks = await Promise.all(legendLines().map((line) => legendBlock(line, across - 12)));
  const rows = [];
  for (let at = 0; at < blocks.length; at += columns) rows.push(blocks.slice(at, at + columns));
  return rows.map((row) => ({
    height: Math.max(...row.map((block) => block.height)),
    paint: (context, left, top) => row.forEach((block, at) => block.paint(context, left + at * across, top)),
  }));
}

const gapBlock = (height) => ({ height, paint: () => {} });

async function sheetBlocks(width, height) {
  const say = (words, look) => words.filter(Boolean).map((each) => wordBlock(each, width, look));
  return [
    ...say(wordsOf("h1"), { size: 24, weight: 700 }),
    ...say(wordsOf("header .made"), { size: 14, colour: quietInk }),
    ...say(wordsOf(".banner"), { weight: 600, fill: "#fff3c4" }),
    ...say(layers.length ? [chosenLayer().label] : [], { size: 17, weight: 600 }),
    gapBlock(8),
    await mapBlock(width, height),
    gapBlock(8),
    ...(await legendBlocks(width)),
    ...say(wordsOf("#layer-note"), {}),
    ...say(wordsOf("#shown"), {}),
    gapBlock(6),
    ...say(wordsOf("#sources .licence"), { size: 11, colour: quietInk }),
  ];
}

async function drawSheet() {
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const blocks = await sheetBlocks(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * sheetMargin) * fineness;
  canvas.height = Math.ceil((blocks.reduce((sum, block) => sum + block.height, 0) + 2 * sheetMargin) * fineness);
  const context = canvas.getContext("2d");
  context.scale(fineness, fineness);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  blocks.reduce((top, block) => {
    block.paint(context, sheetMargin, top);
    return top + block.height;
  }, sheetMargin);
  return canvas;
}

// Letters and digits only: a title may hold what no file name may.
const namePart = (words) => words.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);

function pictureName() {
  const parts = [wordsOf("h1")[0], layers.length ? chosenLayer().label : "", forAll ? "" : audience, byId("main").dataset.asAt];
  return parts.map(namePart).filter(Boolean).join("_") + ".png";
}

async function savePicture() {
  const canvas = await drawSheet();
  canvas.toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: pictureName() }).click();
    window.setTimeout(() => URL.revokeObjectURL(address), 10000);
    copyNote.textContent = "The picture is saved with your downloads: " + pictureName();
  }, "image/png");
}

byId("picture").addEventListener("click", savePicture);
