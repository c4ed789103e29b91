// Where there is no signal: the page that works without, and nothing that was sent is lost. No page with data is kept.
"use strict";
const KINDS = /^application\/x-www-form-urlencoded/;
const OWN = ["csrf", "base", "then", "back"];

self.addEventListener("install", (event) => {
  // What the browser has is not asked for again: files have other names when they change, and of the page it asks that.
  const kept = [...SETTINGS.files, new Request(SETTINGS.page, { cache: "no-cache" })];
  event.waitUntil(caches.open(SETTINGS.cache).then((cache) => cache.addAll(kept)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== SETTINGS.cache) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  const whole = request.mode === "navigate" && request.destination === "document";
  if (request.method === "GET" && (SETTINGS.files.includes(pathname) || (whole && pathname === SETTINGS.page))) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  } else if (request.method === "GET" && whole) {
    event.respondWith(opened(request));
  } else if (request.method === "POST" && whole && !keptByBrowser(request, pathname) && KINDS.test(request.headers.get("content-type") ?? "")) {
    event.respondWith(sent(request, pathname));
  }
});

// Going back to the answer to a form is for the browser, which may have it; it keeps none that came through here, and
// that of a form for new people has to be kept.
const keptByBrowser = ({ cache }, path) => ["force-cache", "only-if-cached"].includes(cache) || path.startsWith("/people");

// Where this phone cannot keep anything, all goes on as without it.
const goneOut = () => phone.goneOut().catch(() => true);

async function opened(request) {
  if (await goneOut()) {
    try {
      return await fetch(request);
    } catch {
      // there is no signal
    }
  }
  return (await caches.match(SETTINGS.page)) ?? Response.error();
}

const pairsOf = async (form) => [...new URLSearchParams(await form.text())];

async function sent(request, path) {
  if (path === "/sign-out") return signedOut(request);
  const in_ = path === "/sign-in" || path.startsWith("/invitation/");
  const copy = request.clone();
  let answer;
  try {
    if (!in_ && !(await goneOut())) throw new Error("somebody is not signed out yet");
    answer = await fetch(request);
  } catch {
    return notSent(new URL(request.url), await pairsOf(copy));
  }
  // Whoever came in is given their own key by the next page. They ended the session that was there before.
  if (in_ && (answer.ok || answer.type === "opaqueredirect")) {
    await phone.forget().then(() => phone.answeredOut(answer)).catch(() => {});
  }
  return answer;
}

// The key goes at once; until the server has answered, the sign-out is still to be sent.
async function signedOut(request) {
  const pairs = await pairsOf(request.clone());
  const kept = await phone.forget(pairs).then(() => true, () => false);
  try {
    const answer = await fetch(request);
    await phone.answeredOut(answer).catch(() => {});
    return answer;
  } catch {
    const here = "What you did not send is locked on this phone. The server is told when this app is opened here with signal.";
    const said = `You are not signed out yet on the server. ${kept ? here : ""} Keep this page open, and send it again when there is signal.`;
    return waiting(`<p>${said}</p>${sendAgain(new URL(request.url), pairs)}`);
  }
}

async function notSent(url, pairs) {
  const [, id, slug] = /^\/record\/([0-9a-f-]{36})\/([a-z]+)$/.exec(url.pathname) ?? [];
  if (id && SETTINGS.slugs.includes(slug)) {
    const one = (name) => pairs.find(([field]) => field === name)?.[1] ?? "";
    const answers = pairs.filter(([name]) => !OWN.includes(name));
    const taken = await phone.take(id, slug, answers, one("base"), SETTINGS.always).catch(() => false);
    if (taken) return Response.redirect(`${SETTINGS.page}#${id}/${slug}/${one("then")}`, 303);
  }
  const path = escaped(url.pathname + url.search);
  const back = `<p>Nothing was sent. A password is not kept here: type it again when there is signal.</p>
<p><a class="button" href="${path}">Go back</a></p>`;
  const typed = pairs.some(([name, value]) => !OWN.includes(name) && value.trim());
  const what = typed ? "What you typed is still on this page." : "What you pressed was not sent yet.";
  const kept = `<p>${what} Keep this page open, and send it again when there is signal.</p>${sendAgain(url, pairs)}
<p><a href="${SETTINGS.page}">Record without signal</a></p>`;
  const secret = pairs.some(([name]) => SETTINGS.secret.includes(name));
  return waiting(secret ? back : kept);
}

const escaped = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function sendAgain(url, pairs) {
  const field = ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`;
  return `<form method="post" action="${escaped(url.pathname + url.search)}">${pairs.map(field).join("")}<button type="submit">Send again</button></form>`;
}

function waiting(inner) {
  const page = `<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>There is no signal</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${SETTINGS.style}"><link rel="icon" href="data:,"></head>
<body><div class="frame"><main><h1>There is no signal</h1>${inner}</main></div></body></html>`;
  return new Response(page, { status: 503, headers: SETTINGS.headers });
}
