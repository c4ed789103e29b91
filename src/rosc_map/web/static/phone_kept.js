// What this phone keeps while there is no signal, in IndexedDB, locked with a key of the account: for pages and worker.
// Below it how a page sends that; in one file, since each file takes long on a slow line.
"use strict";
self.phone = (() => {
  const NAME = "rosc-map";
  const FINER = ["postcode", "address"];
  const POSTCODES = /\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b/gi;
  const LONGEST_WAIT = 30_000;
  const tabs = new BroadcastChannel(NAME);
  let opened = null;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("key");
        asked.result.createObjectStore("entries", { keyPath: "id" });
      };
      asked.onerror = () => {
        opened = null;
        reject(asked.error);
      };
      asked.onsuccess = () => {
        const database = asked.result;
        // Another tab clears the phone: nothing here may hold that up.
        database.onversionchange = database.onclose = () => {
          database.close();
          opened = null;
        };
        resolve(database);
      };
    });
    return opened;
  }

  // Resolves when it is on the disk: whoever closes the browser then finds it again.
  async function change(name, how) {
    const whole = (await open()).transaction(name, "readwrite", { durability: "strict" });
    return new Promise((resolve, reject) => {
      whole.oncomplete = resolve;
      whole.onerror = whole.onabort = () => reject(whole.error);
      how(whole.objectStore(name));
    });
  }

  async function read(name, how) {
    const asked = how((await open()).transaction(name).objectStore(name));
    return new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");

  // What the server says, or null: no signal, or one too weak for an answer.
  const fetched = (path, how) =>
    fetch(path, { redirect: "manual", signal: AbortSignal.timeout?.(LONGEST_WAIT), ...how }).catch(() => null);

  // Who may unlock what is here: {who, owner, key}. No script can read the key out, only use it.
  const me = () => read("key", (store) => store.get("me"));

  // Another one after each sign-out, and after this phone was cleared.
  async function turn() {
    let found;
    await change("key", (store) => {
      store.get("turn").onsuccess = ({ target }) => {
        found = target.result ?? crypto.randomUUID();
        if (!target.result) store.put(found, "turn");
      };
    });
    return found;
  }

  // Takes the key that the server gave; false when somebody signed out since it was asked for.
  async function setKey(who, text, asked) {
    const bytes = Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
    // Entries say by this whose they are: it tells neither the key nor the account.
    const owner = hex(await crypto.subtle.digest("SHA-256", bytes));
    const before = await me();
    if (before && before.owner === owner && before.who === who) return true;
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    let taken = false;
    await change("key", (store) => {
      store.get("turn").onsuccess = ({ target }) => {
        taken = target.result === asked;
        if (taken) store.put({ who, owner, key }, "me");
      };
    });
    if (taken) tabs.postMessage("key");
    return taken;
  }

  // Takes the key away; with the form of a sign-out, that is still to be sent.
  async function forget(form) {
    await change("key", (store) => {
      store.delete("me");
      store.put(crypto.randomUUID(), "turn");
      if (form) store.put(form, "out");
    });
    tabs.postMessage("key");
  }

  // The form of a sign-out of which the server does not know yet.
  const out = () => read("key", (store) => store.get("out"));

  // Whatever the server answers, the session of that form is not in this browser any more.
  async function answeredOut(answer) {
    if (!answer || answer.status >= 500 || answer.status === 429) return false;
    await change("key", (store) => store.delete("out"));
    return true;
  }

  // A sign-out without signal is sent before all else; false while it could not be.
  async function goneOut() {
    const form = await out();
    return !form || answeredOut(await fetched("/sign-out", { method: "POST", body: new URLSearchParams(form) }));
  }

  async function locked(entry) {
    const mine = await me();
    if (!mine) throw new Error("no key");
    const { id, mark: _, ...content } = entry;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) };
    const text = new TextEncoder().encode(JSON.stringify(content));
    return { id, owner: mine.owner, iv, content: await crypto.subtle.encrypt(how, mine.key, text) };
  }

  async function unlocked(row, mine) {
    const how = { name: "AES-GCM", iv: row.iv, additionalData: new TextEncoder().encode(row.id) };
    const text = new TextDecoder().decode(await crypto.subtle.decrypt(how, mine.key, row.content));
    return { ...JSON.parse(text), id: row.id, mark: hex(row.iv) };
  }

  async function put(entry) {
    const row = await locked(entry);
    await change("entries", (store) => store.put(row));
  }

  // In place of what was sent; what was typed since stays.
  async function settle(entry) {
    const row = await locked(entry);
    await change("entries", (store) => {
      store.get(entry.id).onsuccess = ({ target }) => {
        if (target.result && hex(target.result.iv) === entry.mark) store.put(row);
      };
    });
  }

  async function get(id) {
    const mine = await me();
    const row = await read("entries", (store) => store.get(id));
    return mine && row && row.owner === mine.owner ? unlocked(row, mine) : null;
  }

  // One's own, the latest first; what others keep here is passed over.
  async function list() {
    const mine = await me();
    const rows = mine ? await read("entries", (store) => store.getAll()) : [];
    const found = await Promise.all(rows.filter((row) => row.owner === mine.owner).map((row) => unlocked(row, mine)));
    return found.sort((one, other) => other.changed - one.changed);
  }

  const drop = (id) => change("entries", (store) => store.delete(id));

  // Whether nothing at all is left here.
  async function clear() {
    await change("entries", (store) => store.clear());
    if (await out()) return false; // the server has to be told first, which is known here alone
    (await open()).close();
    opened = null;
    await new Promise((resolve, reject) => {
      const asked = indexedDB.deleteDatabase(NAME);
      asked.onsuccess = resolve;
      asked.onerror = () => reject(asked.error);
    });
    for (const name of await caches.keys()) await caches.delete(name);
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    tabs.postMessage("key");
    return true;
  }

  const said = (entry, slug, name) => (entry.pages[slug] ?? []).find(([field]) => field === name)?.[1] ?? "";

  const hides = (entry, always) =>
    always.includes(said(entry, "what", "asset_type")) || said(entry, "hidden", "location_precision") === "hidden";

  // Keeps one page of answers; of a place that stays hidden nothing finer than its county.
  function answer(entry, slug, pairs, always) {
    const before = hides(entry, always);
    const address = said(entry, "where", "address").trim();
    entry.pages[slug] = pairs;
    const hidden = hides(entry, always);
    if (before !== hidden && slug !== "where") delete entry.pages.where;
    if (hidden) withoutPlace(entry, address);
    entry.name = said(entry, "what", "name").trim() || (hidden ? "" : entry.name) || "";
    entry.state = "";
    // What the server said of it holds answers too.
    for (const name of ["rows", "said", "there"]) delete entry[name];
    entry.changed = Date.now();
  }

  function withoutPlace(entry, address) {
    const clean = (text) => (address ? text.replaceAll(address, "") : text).replace(POSTCODES, "");
    for (const [slug, pairs] of Object.entries(entry.pages)) {
      const kept = slug === "where" ? pairs.filter(([name]) => !FINER.includes(name)) : pairs;
      entry.pages[slug] = kept.map(([name, value]) => [name, clean(value)]);
    }
  }

  // What a form gives though nobody answered.
  const given = ([name, value]) => !value.trim() || (name === "listing" && value === "not_asked");

  // One that was opened and left; of one that was begun on a page of the app, that nothing is typed may be meant.
  const empty = (entry) => !entry.base && Object.values(entry.pages).flat().every(given);

  // Whether anything at all is locked here, whoever wrote it.
  const any = async () => (await read("entries", (store) => store.count())) > 0;

  const begun = (id, base) => ({ id, base, pages: {}, name: "", state: "", ready: false, changed: Date.now() });

  // One tab at a time writes an entry: what to call when it is done, or null where another one has it open.
  const hold = (id) =>
    new Promise((resolve) => {
      if (!navigator.locks) return resolve(() => {});
      const held = (lock) => (lock ? new Promise((done) => resolve(done)) : resolve(null));
      return navigator.locks.request(`rosc-map entry ${id}`, { ifAvailable: true }, held);
    });

  // The worker gives what could not be sent; false where nobody can lock it, or it is open in another tab.
  async function take(id, slug, pairs, base, always) {
    if (!(await me())) return false;
    const done = await hold(id);
    if (!done) return false;
    try {
      const held = await get(id);
      const entry = held && held.pages ? held : begun(id, base);
      answer(entry, slug, pairs, always);
      entry.ready = false;
      await put(entry);
    } finally {
      done();
    }
    return true;
  }

  const notSent = async () => (await list()).filter((entry) => entry.pages && !empty(entry)).length;

  return {
    answer, answeredOut, any, begun, clear, drop, empty, fetched, forget, get, goneOut, hides, hold, list, me, notSent, out,
    put, said, setKey, settle, tabs, take, turn,
  };
})();

// Sends what this phone kept, each entry by itself, and takes it off the phone only when the server has it.
(() => {
  if (!self.document) return; // the worker
  const NO_SIGNAL = "There is no signal. All of it stays on this phone, and is sent later.";
  const SIGN_IN = "You are signed out. Sign in, then they are sent.";
  phone.NOT_OUT = "You are not signed out yet on the server. That is done when this app is open here and there is signal.";
  const OTHERS = {
    413: "One of them is too long to send. Shorten it.",
    429: "Too many were sent at once. Wait a few minutes, then press “Send now”.",
  };
  const LATER = "They cannot be taken just now. They stay on this phone: try again in a few minutes.";
  const MOST = 60 * 1024;
  const MOST_LOOKED = 20; // as many as the server tells of at once
  const KEPT_SENT = 7 * 24 * 60 * 60 * 1000;
  const own = document.currentScript.dataset;

  phone.works = isSecureContext && "serviceWorker" in navigator && "indexedDB" in self && "subtle" in crypto;

  // Asks who is signed in; what is said when it cannot be told.
  phone.ask = async () => {
    const turn = await phone.turn();
    if (!(await phone.goneOut())) return { said: phone.NOT_OUT };
    const mine = await phone.me();
    const looks = (await phone.list()).filter((entry) => entry.state === "look").slice(0, MOST_LOOKED);
    const asked = looks.length ? `?${new URLSearchParams(looks.map((entry) => ["look", entry.id]))}` : "";
    const answer = await phone.fetched(`/record/phone${asked}`, { cache: "no-store" });
    if (!answer) return { said: NO_SIGNAL, weak: true };
    if (answer.status === 403) await phone.forget(); // somebody is signed in who does not record
    if (answer.type === "opaqueredirect" || answer.status === 403) return { said: SIGN_IN, out: true };
    if (!answer.ok) return { said: OTHERS[answer.status] ?? LATER };
    const told = await answer.json().catch(() => null);
    if (!told) return { said: NO_SIGNAL, weak: true };
    if (!(await phone.setKey(told.who, told.key, turn))) return { said: SIGN_IN, out: true };
    if (mine && mine.who === told.who) for (const entry of looks) await looked(entry, told.looked[entry.id]);
    return told;
  };

  // What had to be looked at, and was: it is saved by now, or was deleted there.
  async function looked(entry, state) {
    if (state === "saved") await phone.settle({ ...entry, state: "sent", said: "", changed: Date.now() });
    if (state === "gone") await phone.drop(entry.id);
  }

  async function sendOne(entry, csrf) {
    const pairs = [["csrf", csrf], ["entry", entry.id], ["base", entry.base]];
    for (const [slug, answers] of Object.entries(entry.pages)) pairs.push(["page", slug], ...answers);
    const body = new URLSearchParams(pairs);
    const wrong = (said) => phone.settle({ ...entry, state: "wrong", ready: false, said });
    if (body.toString().length > MOST) return wrong(OTHERS[413]);
    const answer = await phone.fetched("/record/phone", { method: "POST", body });
    if (!answer) return NO_SIGNAL;
    if (answer.type === "opaqueredirect" || answer.status === 403) return SIGN_IN;
    if (!(answer.headers.get("content-type") ?? "").includes("json")) return OTHERS[answer.status] ?? LATER;
    const told = await answer.json().catch(() => null);
    if (!told) return NO_SIGNAL;
    const { state, path, base, said, rows } = told;
    if (state === "saved" || state === "look") {
      const { id, mark, name } = entry;
      await phone.settle({ id, mark, name, path, said, state: state === "saved" ? "sent" : "look", changed: Date.now() });
    } else {
      await phone.settle({ ...entry, state, said, rows, there: base, ready: false });
    }
    return "";
  }

  async function sendAll(all) {
    const told = await phone.ask();
    if (told.said) return told;
    for (const entry of await phone.list()) {
      if (!entry.pages && entry.changed < Date.now() - KEPT_SENT) await phone.drop(entry.id);
      if (entry.pages && phone.empty(entry)) {
        await phone.drop(entry.id);
        continue;
      }
      if (!entry.pages || entry.state || !(all || entry.ready)) continue;
      const said = await sendOne(entry, told.csrf);
      if (said) return { said, out: said === SIGN_IN, weak: said === NO_SIGNAL };
    }
    return { said: "" };
  }

  // Two tabs do not send the same at once; where the browser cannot see to that, the server does.
  phone.send = async (all = false) => {
    const send = () => sendAll(all);
    return (navigator.locks ? navigator.locks.request("rosc-map sends", send) : send()).catch(() => ({ said: LATER }));
  };

  phone.counted = (count) => (count === 1 ? "1 is not sent yet." : `${count} are not sent yet.`);

  // An element with its properties, and what stands in it: text is never read as HTML.
  phone.made = (tag, properties, ...inner) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...inner);
    return element;
  };

  // Said on every page, and beside each button to sign out.
  async function tell() {
    for (const old of document.querySelectorAll(".phone-told")) old.remove();
    const count = await phone.notSent();
    if (!count) return;
    const link = phone.made("a", { href: "/record/offline" }, "See what is on this phone");
    const text = phone.made("p", {}, `${phone.counted(count)} `, link);
    document.getElementById("main").prepend(phone.made("div", { className: "notice phone-told" }, text));
    const stays = `${phone.counted(count)} ${count === 1 ? "It stays" : "They stay"} locked on this phone until you sign in here again.`;
    for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
      form.prepend(phone.made("p", { className: "phone-told" }, stays));
    }
  }

  // What the worker keeps is what the page brought: it comes after it, and little is asked for twice.
  phone.worker = async () => {
    if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
    await navigator.serviceWorker.register("/service-worker.js");
    await navigator.serviceWorker.ready;
  };

  async function begin(who) {
    await phone.worker(); // it sees to it that the key goes at sign-out, so it is there first
    const mine = await phone.me();
    if (!mine || !who || mine.who !== who) await phone.ask();
    await tell();
    const send = async () => {
      if (!(await phone.goneOut())) return;
      if (!(await phone.list()).some((entry) => entry.pages && entry.ready)) return;
      await phone.send();
      await tell();
    };
    addEventListener("online", send);
    await send();
  }

  // On pages of who records. What fails here is only a help: the page works without.
  if ("who" in own && phone.works) begin(own.who).catch(() => {});
})();
