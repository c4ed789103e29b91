// Where there is no signal: the page that works without, and nothing that was sent is lost. No page with data is kept.
"use strict";
const KINDS = /^application\/x-www-form-urlencoded/;
const OWN = ["csrf", "base", "then", "back"];

self.addEventListener("install", (event) => {
  // The files have other names when they change, so what the browser has of them is not asked for again.
  const kept = [...SETTINGS.files, new Request(SETTINGS.page, { cache: "reload" })];
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
    event.respondWith(fetch(request).catch(async () => (await caches.match(SETTINGS.page)) ?? Response.error()));
  } else if (request.method === "POST" && whole && !keptByBrowser(request, pathname) && KINDS.test(request.headers.get("content-type") ?? "")) {
    event.respondWith(sent(request, pathname));
  }
});

// Going back to the answer to a form is for the browser, which may have it; it keeps none that came through here, and
// that of a form for new people has to be kept.
const keptByBrowser = ({ cache }, path) => ["force-cache", "only-if-cached"].includes(cache) || path.startsWith("/people");

async function sent(request, path) {
  if (path === "/sign-out") await phone.forget();
  const copy = request.clone();
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return notSent(new URL(request.url), [...new URLSearchParams(await copy.text())]);
  }
  const in_ = path === "/sign-in" || path.startsWith("/invitation/");
  // Whoever came in is given their own key by the next page.
  if (in_ && (answer.ok || answer.type === "opaqueredirect")) await phone.forget();
  return answer;
}

async function notSent(url, pairs) {
  const [, id, slug] = /^\/record\/([0-9a-f-]{36})\/([a-z]+)$/.exec(url.pathname) ?? [];
  if (id && SETTINGS.slugs.includes(slug)) {
    const one = (name) => pairs.find(([field]) => field === name)?.[1] ?? "";
    const answers = pairs.filter(([name]) => !OWN.includes(name));
    const taken = await phone.take(id, slug, answers, one("base"), SETTINGS.always).catch(() => false);
    if (taken) return Response.redirect(`${SETTINGS.page}#${id}/${slug}/${one("then")}`, 303);
  }
  return new Response(waitingPage(url, pairs), { status: 503, headers: SETTINGS.headers });
}

const escaped = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function waitingPage(url, pairs) {
  const path = escaped(url.pathname + url.search);
  const secret = pairs.some(([name]) => SETTINGS.secret.includes(name));
  const field = ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`;
  const form = `<p>What you typed is still on this page. Keep it open, and send it again when there is signal.</p>
<form method="post" action="${path}">${pairs.map(field).join("")}<button type="submit">Send again</button></form>`;
  const back = `<p>Nothing was sent. A password is not kept here: type it again when there is signal.</p>
<p><a class="button" href="${path}">Go back</a></p>`;
  return `<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>There is no signal</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${SETTINGS.style}"><link rel="icon" href="data:,"></head>
<body><div class="frame"><main><h1>There is no signal</h1>${secret ? back : form}</main></div></body></html>`;
}
