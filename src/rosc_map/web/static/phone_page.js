// The page that works without signal: its list, the questions of one entry, and what to keep where two differ.
"use strict";
(() => {
  const { made } = phone;
  const at = (id) => document.getElementById(id);
  const form = at("phone-form");
  const always = form.dataset.always.split(" ");
  const parts = [...form.querySelectorAll("[data-slug]")];
  const title = document.title;
  const VIEWS = ["phone-cannot", "phone-wait", "phone-locked", "phone-home", "phone-form", "phone-both"];
  const ELSEWHERE = "It is open in another tab of this browser. Go on there, or close that tab first.";
  const NOT_KEPT = "This could not be kept on this phone, and is only on this page. Make room on the phone, or sign in again in another tab. Then press the button once more.";
  // As the server reads it: a letter for a digit that looks like it is put right there.
  const POSTCODE = /^[a-z01]{1,2}[\doi][a-z\d]?[\doi][a-z01]{2}$/i;
  const NEEDED = [
    ["what", "name", "Write what it is called."],
    ["what", "asset_type", "Choose what kind it is."],
    ["hidden", "location_precision", "Choose one. If you do not know, choose “I am not sure”."],
  ];
  let entry = null;
  let done = null; // lets other tabs have the entry
  let part = parts[0];
  let saving = Promise.resolve();
  let waits = false;
  let standing = null; // what the server said of who is signed in, once it was asked
  let doubted = ""; // a postcode of which was said that it is none

  const say = (text) => (at("phone-said").textContent = text);

  function view(id) {
    for (const each of VIEWS) at(each).hidden = each !== id;
    at("phone-wipe").hidden = id === "phone-form" || id === "phone-both" || !phone.works;
    at("phone-sure").hidden = true;
  }

  // Whether it is kept. Typed quickly, it is kept as it is when the last keeping is done.
  function keep() {
    if (!waits) {
      waits = true;
      saving = saving.then(async () => {
        waits = false;
        await (phone.empty(entry) ? phone.drop(entry.id) : phone.put(structuredClone(entry)));
        return true;
      }).catch(() => false);
    }
    return saving;
  }

  // Goes on only when what was typed is kept: else it would be lost with the page.
  async function kept() {
    const is = await answer();
    if (!is) wrong([["", "", NOT_KEPT]]);
    return is;
  }

  // --- The questions of one entry

  const named = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

  function timeRow() {
    const number = at("phone-times").children.length + 1;
    const row = at("phone-time").content.firstElementChild.cloneNode(true);
    row.querySelector("legend").textContent = `Time ${number}`;
    for (const each of row.querySelectorAll("[id], [for], [name]")) {
      for (const name of ["id", "for", "name"]) {
        if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace("-0", `-${number}`));
      }
    }
    at("phone-times").append(row);
    return row;
  }

  function fill() {
    form.reset();
    at("phone-times").replaceChildren();
    const times = (entry.pages.times ?? []).filter(([name]) => name.startsWith("day-")).length;
    for (let count = 0; count < Math.max(1, times); count += 1) timeRow();
    for (const [name, value] of Object.values(entry.pages).flat()) {
      for (const input of named(name)) {
        if (input.type === "radio" || input.type === "checkbox") input.checked ||= input.value === value;
        else input.value = value;
      }
    }
    fit();
  }

  // Shows what is asked after what was answered; what is not asked is not kept.
  function fit() {
    const hidden = phone.hides(entry, always);
    const refuge = always.includes(phone.said(entry, "what", "asset_type"));
    const shown = { always: refuge, sometimes: !refuge, hidden, shown: !hidden };
    for (const each of form.querySelectorAll("[data-when]")) {
      each.hidden = !shown[each.dataset.when];
      for (const input of each.querySelectorAll("input, select, textarea")) input.disabled = each.hidden;
    }
    for (const input of form.elements) if (input.checked || input.type === "text") input.dispatchEvent(new Event("input"));
  }

  function step(to) {
    part = to;
    entry.slug = part.dataset.slug;
    keep(); // where they go on when they come back
    stand(entry.id, entry.slug);
    for (const each of parts) each.hidden = each !== part;
    at("phone-may-finish").hidden = parts.indexOf(part) < parts.findIndex((each) => each.dataset.slug === "where");
    wrong([]);
    fit();
    view("phone-form");
    part.querySelector("h2").focus();
  }

  // Each step is a page of its own to the browser, so that the Back button of the phone goes back one step.
  function stand(id, slug, anew = false) {
    const { state } = history;
    if (state && !anew && state.id === id && state.slug === slug) return;
    const how = state && !anew ? "pushState" : "replaceState";
    history[how]({ id, slug }, "", location.pathname);
  }

  async function popped() {
    const { state } = history;
    const here = [entry?.id ?? "", entry?.slug ?? ""];
    if (!state) return stand(...here); // a link within the page
    if (entry && !(await kept())) return stand(...here);
    if (entry && entry.id === state.id) return step(parts.find((each) => each.dataset.slug === state.slug) ?? part);
    if (entry || !state.id) return home(entry ? left() : undefined, true);
    return goOn(state.id, state.slug);
  }

  function answer() {
    const names = new Set([...part.querySelectorAll("[name]")].map((input) => input.name));
    const pairs = [...new FormData(form)].filter(([name]) => names.has(name));
    const before = phone.hides(entry, always);
    phone.answer(entry, part.dataset.slug, pairs, always);
    entry.ready = false;
    if (before !== phone.hides(entry, always)) {
      // The place was asked in another way: what was typed there goes.
      for (const input of form.querySelectorAll('[data-slug="where"] [name]')) input.value = "";
    }
    return keep();
  }

  function wrong(found) {
    document.title = found.length ? `Error: ${title}` : title;
    const links = found.map(([, name, text]) => made("li", {}, name ? made("a", { href: `#${name}` }, text) : text));
    const box = made("div", { className: "error-summary", tabIndex: -1, role: "alert" });
    box.append(made("h2", {}, "Something needs putting right"), made("ul", {}, ...links));
    at("phone-errors").replaceChildren(...(found.length ? [box] : []));
    for (const old of form.querySelectorAll(".question.wrong")) right(old);
    for (const [, name, text] of found) if (name) beside(name, text);
    if (found.length) box.focus();
  }

  // Says it at the question too, tied to it, as pages of the server do.
  function beside(name, text) {
    const question = at(name).closest(".question");
    const asked = question.querySelector("fieldset") ?? at(name);
    const hint = at(`${name}-hint`);
    const error = made("p", { className: "error", id: `${name}-error` }, made("span", { className: "unseen" }, "Error:"), ` ${text}`);
    (hint ?? question.querySelector("legend, label")).after(error);
    question.classList.add("wrong");
    asked.setAttribute("aria-invalid", "true");
    asked.setAttribute("aria-describedby", `${hint ? hint.id : ""} ${error.id}`.trim());
  }

  function right(question) {
    const asked = question.querySelector("[aria-invalid]");
    const hint = question.querySelector(".hint");
    question.classList.remove("wrong");
    question.querySelector(".error").remove();
    asked.removeAttribute("aria-invalid");
    if (hint) asked.setAttribute("aria-describedby", hint.id);
    else asked.removeAttribute("aria-describedby");
  }

  const missing = () =>
    NEEDED.filter(([slug, name]) => {
      const asked = part.dataset.slug === slug && !named(name).every((input) => input.disabled);
      return asked && !phone.said(entry, slug, name).trim();
    });

  async function on() {
    const from = part;
    if (!(await kept()) || part !== from) return; // or it was tapped twice
    const found = missing();
    if (found.length) return wrong(found);
    if (doubts()) return;
    const following = next(parts.indexOf(part) + 1);
    return following ? step(following) : finish();
  }

  // What decides whether the place may be asked comes first, wherever somebody began.
  function next(from) {
    const first = parts.find((each) => ["what", "hidden"].includes(each.dataset.slug) && !(each.dataset.slug in entry.pages));
    const second = parts[from];
    return second && first && parts.indexOf(first) < from ? first : second;
  }

  // A postcode that cannot be one is said once: without signal nobody can look it up, and it may be right.
  function doubts() {
    const typed = part.dataset.slug === "where" ? phone.said(entry, "where", "postcode").trim() : "";
    if (!typed || typed === doubted || POSTCODE.test(typed.replace(/[\s.,;:'"()-]/g, ""))) return false;
    doubted = typed;
    const text = form.dataset.malformed.replace("?", () => typed);
    wrong([["where", "postcode", `${text} To keep it like this, press the button once more.`]]);
    return true;
  }

  async function finish() {
    if (!(await kept()) || doubts()) return;
    entry.ready = true;
    if (!(await keep())) return wrong([["", "", NOT_KEPT]]);
    await home("It is kept on this phone.");
    if (navigator.onLine) await send();
  }

  const left = () => (phone.empty(entry) ? "Nothing was written, so nothing is kept." : "It is kept on this phone.");

  async function stop() {
    if (await kept()) await home(left());
  }

  async function back(event) {
    event.preventDefault();
    const place = parts.indexOf(part);
    if (!place) return stop();
    if (await kept()) step(parts[place - 1]);
  }

  // As it is now: another tab may have sent it, or have written more, since the list was made.
  async function goOn(id, slug) {
    const held = await phone.hold(id);
    if (!held) return home(ELSEWHERE);
    const found = await phone.get(id);
    if (found && found.pages) return open(found, slug ?? found.slug ?? "what", held);
    held();
    return home();
  }

  function open(found, slug, held) {
    [entry, done, doubted] = [found, held, ""];
    fill();
    step(next(Math.max(0, parts.findIndex((each) => each.dataset.slug === slug))) ?? parts[0]);
  }

  async function add() {
    // Asked for when something is to be kept: a full phone then does not delete it by itself.
    navigator.storage?.persist?.().catch(() => {});
    const begun = phone.begun(crypto.randomUUID(), "");
    open(begun, "what", await phone.hold(begun.id));
  }

  // --- The list

  const button = (text, about, onclick) =>
    made("button", { type: "button", className: "second", onclick }, text, made("span", { className: "unseen" }, ` ${about}`));

  function state(each) {
    if (each.state === "sent") return `Sent. ${each.said ?? ""}`;
    if (each.state === "wrong") return `Has to be put right. ${each.said}`;
    if (each.state === "gone") return "Has to be looked at. What you began is not there any more: it was deleted, or is saved.";
    if (each.state) return `Has to be looked at. ${each.said ?? ""}`;
    return each.ready ? "Not sent yet." : "Not finished yet.";
  }

  function row(each) {
    const name = each.name || "No name yet";
    const when = new Date(each.changed).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
    const item = made("li", {}, made("p", {}, made("strong", {}, name), `, ${when}. ${state(each)}`));
    if (each.state === "look" && !(navigator.onLine && !standing?.weak)) {
      item.append(made("p", {}, `There is no signal. You can look at ${name} when there is.`));
    } else if (each.state === "look") {
      item.append(made("a", { className: "button second", href: each.path }, `Look at ${name}`));
    } else if (each.state === "conflict") {
      item.append(button("Look at both", `for ${name}`, () => both(each)));
    } else if (each.state === "gone") {
      item.append(button("Send as a new one", name, () => asNew(each)));
    } else if (each.pages) {
      item.append(button("Continue", `with ${name}`, () => goOn(each.id)));
    }
    const sure = ({ currentTarget }) => {
      const yes = button("Yes, delete it", name, () => remove(each));
      currentTarget.replaceWith(yes);
      yes.focus();
    };
    item.append(each.pages ? button("Delete", name, sure) : button("Take off this list", name, () => remove(each)));
    return item;
  }

  async function remove(each) {
    await phone.drop(each.id);
    await home("It is deleted from this phone.");
  }

  // Sent once more after a choice; under another id the one of before goes.
  async function again(chosen, before = chosen.id) {
    await phone.put({ ...chosen, state: "", ready: true });
    if (before !== chosen.id) await phone.drop(before);
    await home("");
    await send();
  }

  const asNew = (each) => again({ ...each, base: "", id: crypto.randomUUID() }, each.id);

  function both(each) {
    at("phone-name").textContent = each.name || "this one";
    const rows = each.rows.map(([label, there, here]) =>
      made("div", {}, made("dt", {}, label), made("dd", {}, `Sent before: ${there}`), made("dd", {}, `On this phone: ${here}`)));
    at("phone-rows-both").replaceChildren(...rows);
    at("phone-mine").onclick = () => again({ ...each, base: each.there });
    at("phone-two").onclick = () => asNew(each);
    at("phone-there").onclick = () => remove(each);
    view("phone-both");
    at("phone-both").querySelector("h2").focus();
  }

  async function home(text, popped = false) {
    await saving;
    if (done) done();
    stand("", "", popped || !entry);
    [entry, done] = [null, null];
    document.title = title;
    const mine = await phone.me();
    if (!mine) return locked();
    at("phone-who").textContent = mine.who || "you";
    const rows = await phone.list();
    at("phone-rows").replaceChildren(...rows.map(row));
    at("phone-empty").hidden = rows.length > 0;
    at("phone-add").textContent = rows.length ? "Add another" : "Add one";
    if (text !== undefined) say(text);
    view("phone-home");
    if (text !== undefined) at("phone-add").focus();
  }

  // Nothing of who was here stays on the page.
  async function locked() {
    form.reset();
    for (const id of ["phone-rows", "phone-rows-both", "phone-who"]) at(id).replaceChildren();
    const out = await phone.out();
    at("phone-others").hidden = !(await phone.any());
    at("phone-weak").hidden = !standing?.weak;
    at("phone-in").hidden = Boolean(standing?.weak);
    view(standing || out ? "phone-locked" : "phone-wait");
    say(out ? phone.NOT_OUT : "");
  }

  async function send(all = false) {
    say("Sending…");
    const told = await phone.send(all);
    standing = told;
    if (!entry) await home();
    return tell(told);
  }

  // How it stands: why nothing can be sent just now, or how many are left.
  async function tell({ said, out }) {
    const left = await phone.notSent();
    say(said || (left ? phone.counted(left) : "All of it is sent."));
    if (out) at("phone-said").append(" ", made("a", { href: "/sign-in?next=/record/offline" }, "Sign in"));
  }

  async function clear() {
    await saving;
    const whole = await phone.clear();
    at("phone-others").hidden = true;
    view("phone-locked");
    say(whole ? "This phone is cleared." : `Nothing that was typed is on this phone now. ${phone.NOT_OUT}`);
  }

  function listen() {
    form.addEventListener("submit", (event) => (event.preventDefault(), on()));
    form.addEventListener("input", async () => (await answer()) || say(NOT_KEPT));
    at("phone-finish").addEventListener("click", finish);
    at("phone-stop").addEventListener("click", stop);
    at("phone-back").addEventListener("click", back);
    at("phone-time-more").addEventListener("click", () => timeRow().querySelector("select").focus());
    at("phone-add").addEventListener("click", add);
    at("phone-send").addEventListener("click", () => send(true));
    at("phone-clear").addEventListener("click", () => ((at("phone-sure").hidden = false), at("phone-yes").focus()));
    at("phone-later").addEventListener("click", () => home());
    at("phone-no").addEventListener("click", () => ((at("phone-sure").hidden = true), at("phone-clear").focus()));
    at("phone-yes").addEventListener("click", clear);
    addEventListener("online", () => send());
    addEventListener("offline", () => at("phone-home").hidden || home());
    addEventListener("popstate", popped);
    phone.tabs.addEventListener("message", () => home());
  }

  // What could not be sent from another page leads here, with where to go on.
  async function arrived() {
    const [id, slug, then] = location.hash.slice(1).split("/");
    if (!id || !slug) return reloaded();
    stand("", "", true);
    if (!(await phone.get(id))) return false;
    say("There is no signal. What you wrote is kept on this phone: go on here.");
    const place = parts.findIndex((each) => each.dataset.slug === slug) + (then === "add" ? 0 : 1);
    if (then === "stop" || then === "check") return false;
    await goOn(id, parts[Math.min(place, parts.length - 1)].dataset.slug);
    return true;
  }

  // Loaded once more in the middle of an entry.
  async function reloaded() {
    const { id, slug } = history.state ?? {};
    if (id) await goOn(id, slug);
    return Boolean(entry);
  }

  async function begin() {
    listen();
    if (await arrived()) return;
    await home();
    await phone.worker().catch(() => {});
    const told = await phone.ask();
    standing = told;
    if (entry) return;
    await home();
    const rows = await phone.list();
    if (!told.said && rows.some((each) => each.pages && each.ready)) await send();
    else if (rows.some((each) => each.pages)) await tell(told);
  }

  if (phone.works) begin().catch(() => {
    if (!at("phone-wait").hidden) view("phone-locked");
    say("This page cannot keep anything on this phone. Record with signal instead.");
  });
})();
