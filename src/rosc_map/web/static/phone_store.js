// What this phone keeps while there is no signal: in IndexedDB, locked with a key of the account. For pages and worker.
"use strict";
self.phone = (() => {
  const NAME = "rosc-map";
  const FINER = ["postcode", "address"];
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

  // Who may unlock what is here: {who, owner, key}. The key cannot be read out, only used.
  const me = () => read("key", (store) => store.get("me"));

  async function setKey(who, text) {
    const bytes = Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
    // Entries say by this whose they are: it tells neither the key nor the account.
    const owner = hex(await crypto.subtle.digest("SHA-256", bytes));
    const before = await me();
    if (before && before.owner === owner && before.who === who) return;
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    await change("key", (store) => store.put({ who, owner, key }, "me"));
    tabs.postMessage("key");
  }

  async function forget() {
    await change("key", (store) => store.delete("me"));
    tabs.postMessage("key");
  }

  async function locked(entry) {
    const mine = await me();
    if (!mine) throw new Error("no key");
    const { id, mark, ...content } = entry;
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

  async function clear() {
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
  }

  const said = (entry, slug, name) => (entry.pages[slug] ?? []).find(([field]) => field === name)?.[1] ?? "";

  const hides = (entry, always) =>
    always.includes(said(entry, "what", "asset_type")) || said(entry, "hidden", "location_precision") === "hidden";

  // Keeps one page of answers; of a place that stays hidden nothing finer than its county.
  function answer(entry, slug, pairs, always) {
    const before = hides(entry, always);
    entry.pages[slug] = pairs;
    const hidden = hides(entry, always);
    if (before !== hidden && slug !== "where") delete entry.pages.where;
    if (hidden && entry.pages.where) entry.pages.where = entry.pages.where.filter(([name]) => !FINER.includes(name));
    entry.name = said(entry, "what", "name").trim() || entry.name || "";
    entry.state = "";
    entry.changed = Date.now();
  }

  const begun = (id, base) => ({ id, base, pages: {}, name: "", state: "", ready: false, changed: Date.now() });

  // The worker gives what could not be sent; false where nobody can lock it.
  async function take(id, slug, pairs, base, always) {
    if (!(await me())) return false;
    const held = await get(id);
    const entry = held && held.pages ? held : begun(id, base);
    answer(entry, slug, pairs, always);
    entry.ready = false;
    await put(entry);
    return true;
  }

  const notSent = async () => (await list()).filter((entry) => entry.pages).length;

  return { answer, begun, clear, drop, forget, get, hides, list, me, notSent, put, said, setKey, settle, tabs, take };
})();
