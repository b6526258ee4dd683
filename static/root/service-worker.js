/* Answers where the network does not, and never before it: with a copy of a public page that was read today, else with the
 * page 「インターネットにつながっていません」. Which page may be kept, and when all copies go, the server says with each page
 * (header Offline-Copy, apps/core/offline.py). */

const COPIES = "copies";
const OFFLINE = "offline";
const PAGE = "/offline/";
const MOST = 20;
const DAY = 24 * 60 * 60 * 1000;
const ANY = { ignoreVary: true }; // a copy holds nothing of its reader

const isOfToday = (copy) => Date.now() - Date.parse(copy.headers.get("Date")) < DAY;

/** Keep the page for a moment without network, as a reader gets it who is not signed in; anew each day, with what it looks like. */
async function keepOfflinePage() {
  const kept = await caches.match(PAGE, { ...ANY, cacheName: OFFLINE });
  if (kept && isOfToday(kept)) return;
  const page = await fetch(new Request(PAGE, { credentials: "omit", cache: "no-store" }));
  if (!page.ok) return;
  await caches.delete(OFFLINE);
  const cache = await caches.open(OFFLINE);
  await cache.put(PAGE, page.clone());
  await keepParts(await page.text());
}

/** Keep the style sheets and scripts that a page names: a copy without them could not be read well. */
async function keepParts(words) {
  const cache = await caches.open(OFFLINE);
  const parts = [...words.matchAll(/<(?:link rel="stylesheet" href|script[^>]*? src)="(\/[^"]+)"/g)].map((found) => found[1]);
  for (const part of new Set(parts)) if (!await cache.match(part, ANY)) await cache.add(part);
}

async function dropOld(cache) {
  const keys = await cache.keys();
  for (const [place, key] of keys.entries()) {
    const copy = await cache.match(key, ANY);
    if (place < keys.length - MOST || !copy || !isOfToday(copy)) await cache.delete(key, ANY);
  }
}

async function note(url, response) {
  const wish = response.headers.get("Offline-Copy");
  if (wish === "drop") { await caches.delete(COPIES); return; }
  const cache = await caches.open(COPIES);
  if (wish === "keep" || [404, 410].includes(response.status)) await cache.delete(url, ANY);
  if (wish === "keep") {
    const words = await response.clone().text();
    await cache.put(url, response);
    await keepOfflinePage();
    await keepParts(words);
  }
  await dropOld(cache);
}

async function answerWithoutNetwork(request) {
  const copy = await (await caches.open(COPIES)).match(request.url, ANY);
  if (copy && isOfToday(copy)) {
    const headers = Object.fromEntries(["Content-Type", "Content-Security-Policy"].map((name) => [name, copy.headers.get(name) ?? ""]));
    const words = await copy.text();
    return new Response(words.replace("<body ", `<body data-copy-of="${copy.headers.get("Date")}" `), { headers });
  }
  return (await caches.match(PAGE, ANY)) ?? Response.error();
}

async function answer(event) {
  let response;
  try {
    response = (await event.preloadResponse) ?? await fetch(event.request);
  } catch {
    return answerWithoutNetwork(event.request);
  }
  event.waitUntil(note(event.request.url, response.clone()).catch(() => {}));
  return response;
}

self.addEventListener("install", (event) => event.waitUntil(keepOfflinePage().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([
  self.clients.claim(),
  self.registration.navigationPreload?.enable(),
])));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  // What is posted stays the browser's own: it shows such a page again on Back without sending anything twice.
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(answer(event));
  if (["style", "script"].includes(request.destination)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request, { ...ANY, cacheName: OFFLINE })) ?? Response.error()));
  }
});
