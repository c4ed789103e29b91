// Sends what this phone kept, each entry by itself, and takes it off the phone only when the server has it.
"use strict";
(() => {
  const NO_SIGNAL = "There is no signal. All of it stays on this phone, and is sent later.";
  const SIGN_IN = "You are signed out. Sign in, then they are sent.";
  const OTHERS = {
    413: "One of them is too long to send. Shorten it.",
    429: "Too many were sent at once. Wait a few minutes, then press “Send now”.",
  };
  const LATER = "They cannot be taken just now. They stay on this phone: try again in a few minutes.";
  const MOST = 60 * 1024;
  const KEPT_SENT = 7 * 24 * 60 * 60 * 1000;
  const own = document.currentScript.dataset;

  phone.works = isSecureContext && "serviceWorker" in navigator && "indexedDB" in self && "subtle" in crypto;

  // Asks who is signed in; what is said when it cannot be told.
  phone.ask = async () => {
    const answer = await fetch("/record/phone", { redirect: "manual", cache: "no-store" }).catch(() => null);
    if (!answer) return { said: NO_SIGNAL };
    if (answer.status === 403) await phone.forget(); // somebody is signed in who does not record
    if (answer.type === "opaqueredirect" || answer.status === 403) return { said: SIGN_IN, out: true };
    if (!answer.ok) return { said: OTHERS[answer.status] ?? LATER };
    const told = await answer.json();
    await phone.setKey(told.who, told.key);
    return told;
  };

  async function sendOne(entry, csrf) {
    const pairs = [["csrf", csrf], ["entry", entry.id], ["base", entry.base]];
    for (const [slug, answers] of Object.entries(entry.pages)) pairs.push(["page", slug], ...answers);
    const body = new URLSearchParams(pairs);
    const wrong = (said) => phone.settle({ ...entry, state: "wrong", ready: false, said });
    if (body.toString().length > MOST) return wrong(OTHERS[413]);
    const answer = await fetch("/record/phone", { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer) return NO_SIGNAL;
    if (answer.type === "opaqueredirect" || answer.status === 403) return SIGN_IN;
    if (!(answer.headers.get("content-type") ?? "").includes("json")) return OTHERS[answer.status] ?? LATER;
    const { state, path, base, said, rows } = await answer.json();
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
      if (!entry.pages || entry.state || !(all || entry.ready)) continue;
      const said = await sendOne(entry, told.csrf);
      if (said) return { said, out: said === SIGN_IN };
    }
    return { said: "" };
  }

  // Two tabs do not send the same at once; where the browser cannot see to that, the server does.
  phone.send = (all = false) =>
    navigator.locks ? navigator.locks.request("rosc-map sends", () => sendAll(all)) : sendAll(all);

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

  async function begin(who) {
    await navigator.serviceWorker.register("/service-worker.js");
    await navigator.serviceWorker.ready; // it sees to it that the key goes at sign-out, so it is there first
    const mine = await phone.me();
    if (!mine || !who || mine.who !== who) await phone.ask();
    await tell();
    const send = async () => {
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
