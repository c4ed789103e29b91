// The beginning: what a page does when it has been read. A page that finds itself within another one shows less.
const isOpen = () => details.classList.contains("open");

function listen() {
  listenToFilters();
  document.querySelectorAll("[data-move]").forEach((button) => button.addEventListener("click", () => moveMap(button.dataset.move)));
  document.addEventListener("keydown", (event) => {
    // In the search box Escape empties the box.
    if (event.key === "Escape" && isOpen() && event.target !== search) closeDetails();
  });
  byId("print").addEventListener("click", () => window.print());
  // On paper nobody can open anything, and the filters are the key to the symbols.
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
  byId("to-assets").addEventListener("click", () => openFoldOf(byId("assets")));
}

// Not every browser opens a fold for a link that leads into it.
function openFoldOf(place) {
  const fold = place.closest("details");
  if (fold) fold.open = true;
}

// Whether it is a page of the same site that this one stands in, as in the web app that made it. A file has no site.
function isFramedAtHome() {
  if (!framed || window.parent !== window.top || !/^https?:$/.test(window.location.protocol)) return false;
  try {
    return window.top.location.origin === window.location.origin;
  } catch {
    return false;
  }
}

// Only a public page may stand in a page of another site: whoever frames it could pass on what is not for everybody.
function refuseFrame() {
  const words = "This map is not for everybody, so it is not shown within another page. ";
  const alone = make("a", { href: window.location.href, target: "_blank", rel: "noopener" }, "Open it by itself");
  document.body.replaceChildren(make("main", { id: "main" }, make("p", {}, words, alone, ".")));
}

// Within another page there is room for the map; its tables stay, folded. At home a page of ours leaves room for all.
function fitFrame() {
  document.documentElement.classList.add("framed");
  const more = byId("more");
  const folded = make("details", { class: "same" }, make("summary", {}, "The same as tables, and about these figures"));
  more.before(folded);
  folded.append(more);
  byId("whole-map").hidden = false;
}

function begin() {
  byId("page").hidden = false;
  document.querySelectorAll(".with-script").forEach((part) => {
    part.hidden = false;
  });
  if (framed && forAll) fitFrame();
  idleDetails();
  drawMap();
  listen();
  refresh();
  listenToState();
}

const framed = window.self !== window.top;
const atHome = isFramedAtHome();
const assetRows = assetTable();
const areaRows = areaTable();
const linkRows = links.from.length ? linkTable() : null;
const pairRows = tested ? pairTable() : null;
if (framed && !forAll && !atHome) refuseFrame();
else begin();
