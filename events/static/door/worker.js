// Answers with the page of the door when the network does not. It keeps no name: the list is in the page's own store.
"use strict";

const SHELF = "accueil";
const SHELL = new URL("hors-ligne/", self.registration.scope).href;

// Keeps the page without an event, and the styles and scripts that it names.
async function keepShell() {
  const answer = await fetch(SHELL, { cache: "no-store" });
  if (!answer.ok) return;
  const text = await answer.clone().text();
  const parts = [...text.matchAll(/<(?:link rel="stylesheet" href|script src)="([^"]+)"/g)];
  const shelf = await caches.open(SHELF);
  await shelf.addAll(parts.map((found) => found[1].replaceAll("&amp;", "&")));
  await shelf.put(SHELL, answer);
}

async function shell() {
  return (await caches.match(SHELL, { cacheName: SHELF })) || Response.error();
}

// A door that is gone (404) is answered with the shell too: its page erases what it holds, then asks again.
async function navigate(request) {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return shell();
  }
  if (answer.ok) keepShell().catch(() => {});
  return answer.status === 404 || answer.status === 410 || answer.status >= 500 ? shell() : answer;
}

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(navigate(request));
  else if (["style", "script"].includes(request.destination)) {
    event.respondWith(caches.match(request, { cacheName: SHELF }).then((kept) => kept || fetch(request)));
  }
});
