// The tables: the same facts as the map, 50 rows a page, and all rows on paper.
const rowsAPage = 50;

// options: name, everyRow, columns ({head, cell(row), class}), caption(first, last, rows).
function pagedTable(place, options) {
  // A column in which nobody has said anything only makes the table wider.
  const columns = options.columns.filter((column) => options.everyRow.some((row) => column.cell(row).length !== 0));
  let rows = [];
  let pageNumber = 0;
  const caption = make("caption");
  const body = make("tbody");
  const heads = columns.map((column) => make("th", { scope: "col", class: column.class || "words" }, column.head));
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

  function draw() {
    const first = pageNumber * rowsAPage;
    const last = Math.min(first + rowsAPage, rows.length);
    fill(first, last);
    where.textContent = "Page " + (pageNumber + 1) + " of " + pages();
    // Not "disabled": a button that has the focus must not lose it.
    back.setAttribute("aria-disabled", String(pageNumber === 0));
    on.setAttribute("aria-disabled", String(pageNumber === pages() - 1));
    pager.hidden = pages() === 1;
  }

  function fill(first, last) {
    body.replaceChildren(...rows.slice(first, last).map((row) => tableRow(columns, row)));
    caption.textContent = options.caption(rows.length ? first + 1 : 0, last, rows.length);
  }

  window.addEventListener("beforeprint", () => fill(0, rows.length));
  window.addEventListener("afterprint", draw);
  return {
    show: (wanted) => {
      rows = wanted;
      pageNumber = 0;
      draw();
    },
  };
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
      { head: "Date of the page", cell: (asset) => assets.source_date[asset] },
      { head: "Last checked", cell: (asset) => assets.verified_on[asset] },
    ],
    caption: (first, last, found) =>
      found === 0 ? "No asset is shown." : "Assets " + first + " to " + last + " of " + found + " shown (" + assets.name.length + " in all)",
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
      { head: "Code", class: "whole", cell: (area) => areas.code[area] },
      { head: "Status", class: "whole", cell: (area) => facts.statuses[areas.status[area]].label },
      { head: "Who looked, and when", class: "long", cell: (area) => areas.looked[area] },
      ...counts,
      { head: "Of these, not named here", class: "long", cell: (area) => areas.notNamed[area].map(([type, count]) => facts.types[type].label + ": " + count) },
    ],
    caption: (first, last, found) =>
      found === 0 ? "No authority is shown." : "Authorities " + first + " to " + last + " of " + found + ": status, and assets counted by type",
  });
}

const tableCount = (count) => (count === null ? "not surveyed" : String(count));

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
    caption: (first, last, found) => "Links " + first + " to " + last + " of " + found,
  });
}
