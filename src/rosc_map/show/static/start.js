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

// Only a public page may stand within another one: whoever frames it could pass on what is not for everybody.
function refuseFrame() {
  const words = "This map is not for everybody, so it is not shown within another page. ";
  const alone = make("a", { href: window.location.href, target: "_blank", rel: "noopener" }, "Open it by itself");
  document.body.replaceChildren(make("main", { id: "main" }, make("p", {}, words, alone, ".")));
}

// Within another page there is room for the map; its tables stay, folded.
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
  if (framed) fitFrame();
  idleDetails();
  drawMap();
  listen();
  refresh();
  listenToState();
}

const framed = window.self !== window.top;
const assetRows = assetTable();
const areaRows = areaTable();
const linkRows = links.from.length ? linkTable() : null;
const pairRows = tested ? pairTable() : null;
if (framed && !forAll) refuseFrame();
else begin();
