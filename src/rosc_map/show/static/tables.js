// The tables: the same facts as the map, 50 rows a page, and all rows on paper.
const rowsAPage = 50;

// Every table of the page by its name.
const tables = new Map();
const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

// options: name, everyRow, columns ({head, cell(row), class, key(row)}), caption(first, last, rows). A column is ordered
// by what it shows, unless it has a key; a column of buttons (class "show") has no order.
function pagedTable(place, options) {
  // A column in which nobody has said anything only makes the table wider.
  const columns = options.columns.filter((column) => options.everyRow.some((row) => column.cell(row).length !== 0));
  let rows = [];
  let ordered = [];
  let pageNumber = 0;
  let sorted = null;
  const caption = make("caption");
  const body = make("tbody");
  const heads = columns.map((column) => tableHead(column, () => sortBy(column, sorted && sorted.column === column && !sorted.down)));
  const table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...heads)), body);
  const back = make("button", { type: "button", click: () => turn(-1) }, "Previous ", make("span", { class: "vh" }, options.name));
  const on = make("button", { type: "button", click: () => turn(1) }, "Next ", make("span", { class: "vh" }, options.name));
  const where = make("p", { role: "status" });
  const pager = make("nav", { class: "pager", "aria-label": "Pages of " + options.name }, back, on, where);
  place.append(make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of " + options.name }, table), pager);

  const pages = () => Math.max(1, Math.ceil(rows.length / rowsAPage));

  function turn(by) {
    const wanted = pageNumber + by;
    if (wanted < 0 || wanted >= pages()) return;
    pageNumber = wanted;
    draw();
  }

  function sortBy(column, down) {
    sorted = column ? { column, down: Boolean(down) } : null;
    heads.forEach((head, at) => {
      if (columns[at] === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    show(rows);
  }

  function show(wanted) {
    rows = wanted;
    ordered = sorted ? inOrder(rows, (row) => keyOf(sorted.column, row), sorted.down) : rows;
    pageNumber = 0;
    draw();
  }

  function draw() {
    const first = pageNumber * rowsAPage;
    const last = Math.min(first + rowsAPage, rows.length);
    fill(first, last);
    where.textContent = "Page " + grouped(pageNumber + 1) + " of " + grouped(pages());
    // Not "disabled": a button that has the focus must not lose it.
    back.setAttribute("aria-disabled", String(pageNumber === 0));
    on.setAttribute("aria-disabled", String(pageNumber === pages() - 1));
    pager.hidden = pages() === 1;
  }

  function fill(first, last) {
    body.replaceChildren(...ordered.slice(first, last).map((row) => tableRow(columns, row)));
    caption.textContent = options.caption(rows.length ? first + 1 : 0, last, rows.length);
  }

  // Page and order as a word for the address: "2" or "1.3u", up or down; "" is how the table begins.
  const stateAt = (page) => (page || sorted ? page + 1 + orderWord() : "");
  const orderWord = () => (sorted ? "." + columns.indexOf(sorted.column) + (sorted.down ? "d" : "u") : "");
  const state = () => stateAt(pageNumber);
  const order = () => stateAt(0);

  function restore(word) {
    const [, page, at, way] = /^(\d{1,4})(?:\.(\d{1,2})([ud]))?$/.exec(word) || [];
    const column = columns[Number(at)];
    sortBy(column && hasOrder(column) ? column : null, way === "d");
    turn(page ? Number(page) - 1 : 0);
  }

  window.addEventListener("beforeprint", () => fill(0, rows.length));
  window.addEventListener("afterprint", draw);
  const made = { show, state, order, restore };
  tables.set(options.name, made);
  return made;
}

const captionOf = (what, first, last, found) => what + " " + grouped(first) + " to " + grouped(last) + " of " + grouped(found);
const hasOrder = (column) => column.class !== "show";

function tableHead(column, click) {
  const words = hasOrder(column) ? make("button", { type: "button", class: "sort", click }, column.head) : column.head;
  return make("th", { scope: "col", class: column.class || "words" }, words);
}

// What nobody has said comes last, whichever way the others are ordered.
function inOrder(rows, key, down) {
  const keys = new Map(rows.map((row) => [row, key(row)]));
  const way = down ? -1 : 1;
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  const known = rows.filter((row) => keys.get(row) !== "").sort((a, b) => way * compare(keys.get(a), keys.get(b)));
  return [...known, ...rows.filter((row) => keys.get(row) === "")];
}

function keyOf(column, row) {
  if (column.key) return column.key(row);
  const parts = [column.cell(row)].flat();
  const words = parts.map((part) => (typeof part === "string" ? part : part.textContent)).join(", ");
  if (column.class !== "number") return words;
  return /\d/.test(words) ? Number(words.replaceAll(",", "")) : "";
}

// "1 March 2026", "March 2026", "2026-03-01", "01/03/2026" or only a year, as one number; "" where there is no date.
function dateKey(words) {
  const number = (year, month, day) => Number(year) * 10000 + Number(month || 0) * 100 + Number(day || 0);
  const iso = /(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)/.exec(words);
  if (iso) return number(iso[1], iso[2], iso[3]);
  const slashed = /(\d{1,2})\/(\d{1,2})\/(\d{4})/.exec(words);
  if (slashed) return number(slashed[3], slashed[2], slashed[1]);
  const named = /(?:(\d{1,2}) )?([a-z]{3})[a-z]* (\d{4})/i.exec(words);
  if (named) return number(named[3], months.indexOf(named[2].toLowerCase()) + 1, named[1]);
  const year = /\d{4}/.exec(words);
  return year ? number(year[0]) : "";
}

function tableRow(columns, row) {
  const cells = columns.map((column, at) => {
    const value = column.cell(row);
    const parts = Array.isArray(value) ? [make("ul", {}, ...value.map((each) => make("li", {}, each)))] : [value];
    return at === 0 ? make("th", { scope: "row" }, ...parts) : make("td", { class: column.class || "words" }, ...parts);
  });
  return make("tr", {}, ...cells);
}

function showButton(words, name, open) {
  return make("button", { type: "button", click: (event) => open(event.currentTarget) }, words + " ", make("bdi", { class: "vh" }, name));
}

function assetTable() {
  const words = (asset) => (hasPoint(asset) ? "Show on map" : "Show details");
  return pagedTable(byId("assets"), {
    name: "assets",
    everyRow: everyAsset,
    columns: [
      { head: "Name", cell: (asset) => assets.name[asset] },
      { head: "Details", class: "show", cell: (asset) => showButton(words(asset), assets.name[asset], (from) => openAsset(asset, from)) },
      { head: "Type", cell: (asset) => typeOf(asset).label },
      { head: "Where", class: "long", cell: (asset) => whereWords(asset) },
      { head: "Local authority", cell: (asset) => assets.local_authority[asset] },
      { head: "Times", class: "long", cell: (asset) => times[asset] || "" },
      { head: "Contact", cell: contacts },
      { head: "Date of the page", cell: (asset) => assets.source_date[asset], key: (asset) => dateKey(assets.source_date[asset]) },
      { head: "Last checked", cell: (asset) => assets.verified_on[asset], key: (asset) => dateKey(assets.verified_on[asset]) },
    ],
    caption: (first, last, found) =>
      found === 0 ? "No asset is shown." : captionOf("Assets", first, last, found) + " shown (" + grouped(assets.name.length) + " in all)",
  });
}

function areaTable() {
  const counted = facts.types.map((type, at) => at).filter((at) => areas.counts[at].some(Boolean));
  const counts = counted.map((at) => ({ head: facts.types[at].label, class: "number", cell: (area) => tableCount(areas.counts[at][area]) }));
  return pagedTable(byId("areas"), {
    name: "authorities",
    everyRow: everyArea,
    columns: [
      { head: "Name", cell: (area) => areas.name[area] },
      { head: "Details", class: "show", cell: (area) => showButton(areas.rings[area].length ? "Show on map" : "Show details", areas.name[area], (from) => openArea(area, from)) },
      ...layerColumns(),
      { head: "Code", class: "whole", cell: (area) => areas.code[area] },
      { head: "Name in Welsh", cell: (area) => (areas.welsh[area] ? make("span", { lang: "cy" }, areas.welsh[area]) : "") },
      { head: "Status", class: "whole", cell: (area) => facts.statuses[areas.status[area]].label },
      { head: "Who looked, and when", class: "long", cell: (area) => areas.looked[area], key: (area) => dateKey(areas.looked[area]) },
      ...counts,
      { head: "Of these, not named here", class: "long", cell: (area) => areas.notNamed[area].map(([type, count]) => facts.types[type].label + ": " + grouped(count)) },
    ],
    caption: (first, last, found) =>
      found === 0 ? "No authority is shown." : captionOf("Authorities", first, last, found) + ": status, and assets counted by type",
  });
}

const tableCount = (count) => (count === null ? "not surveyed" : grouped(count));

function linkTable() {
  return pagedTable(byId("links"), {
    name: "links",
    everyRow: links.from.map((from, at) => at),
    columns: [
      { head: "From", cell: (at) => links.fromName[at] },
      { head: "To", cell: (at) => links.toName[at] },
      { head: "How we know", cell: (at) => links.evidence[at] },
      { head: "In the linkage test", cell: (at) => (links.missing[at] ? "not found in this test" : "") },
    ],
    caption: (first, last, found) => (found === 0 ? "No link is shown." : captionOf("Links", first, last, found) + " shown (" + grouped(links.from.length) + " in all)"),
  });
}
