/* What makes the portal smoother, never what makes it work: every page does its task without this file.
 * Sentences come from the page (templates/components/live.html), so that they are translated with it. */

const sentence = (key) => document.querySelector("#ui-texts")?.content.querySelector(`[data-text="${key}"]`)?.textContent ?? "";

/** Reads a sentence out to those who cannot see the page change. */
function say(words) {
  const live = document.querySelector("#live");
  if (!live || !words) return;
  live.textContent = "";
  window.setTimeout(() => { live.textContent = words; }, 50);
}

function button(words, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--quiet button--small";
  made.textContent = words;
  made.addEventListener("click", action);
  return made;
}

/* ---- characters left, counted as a person counts: が, 👨‍👩‍👧 and a line end are one each ---- */

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("ja", { granularity: "grapheme" }) : null;
const countCharacters = (text) => (segmenter ? [...segmenter.segment(text)].length : [...text].length);
const SAID_AT = [100, 20, 0];

function showCount(control) {
  const line = document.querySelector(`[data-count-for="${CSS.escape(control.id)}"]`);
  if (!line) return;
  const left = Number(control.dataset.countMax) - countCharacters(control.value);
  const words = (left < 0 ? line.dataset.countOver : line.dataset.countLeft).replace("{n}", Math.abs(left).toLocaleString());
  line.textContent = words;
  line.classList.toggle("is-near", left >= 0 && left <= SAID_AT[0]);
  line.classList.toggle("is-over", left < 0);
  const before = Number(control.dataset.countBefore ?? Infinity);
  if (SAID_AT.some((mark) => left <= mark && before > mark) || (left < 0 && before >= 0)) say(words);
  control.dataset.countBefore = left;
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-count-max]")) showCount(event.target);
});

/* ---- drafts: what was being written comes back after a closed sign-in, a lost line, a wrong turn ----
 * <form data-draft="propose:some-theme"> keeps it, an element with data-draft-clear="propose:some-theme" drops it.
 * Kept in this tab only, for a day, and only for the person who wrote it. Of a visitor nobody knows who sits there next:
 * such a draft is kept for half an hour, is offered and not shown, and goes when somebody signs in. On a shared terminal
 * nothing is kept. */

const DRAFT = "draft:";
const DRAFT_AGE = 24 * 60 * 60 * 1000;
const VISITORS_AGE = 30 * 60 * 1000;
const person = document.body.dataset.person ?? "";
const isShared = () => "shared" in document.body.dataset || document.querySelector("[name=shared_terminal]:checked") !== null;

function remembered(key) {
  try {
    const draft = JSON.parse(window.sessionStorage.getItem(DRAFT + key) ?? "null");
    if (!draft) return null;
    const age = person ? DRAFT_AGE : VISITORS_AGE;
    if (!isShared() && Date.now() - draft.at < age && draft.person === person) return draft.values;
    // A signed-out browser keeps the drafts of whoever will sign in again.
    if (person || draft.person === "" || isShared()) window.sessionStorage.removeItem(DRAFT + key);
  } catch { /* storage refused by the browser: the page works without drafts */ }
  return null;
}

const draftControls = (form) => [...form.elements].filter((control) => control.name
  && control.matches('textarea, select, input[type="text"], input[type="radio"], input[type="checkbox"]')
  && !control.closest("[data-draft-skip]"));
const isChoice = (control) => control.type === "radio" || control.type === "checkbox";
const nameInDraft = (control) => (isChoice(control) ? `${control.name}=${control.value}` : control.name);
const stateOf = (control) => (isChoice(control) ? control.checked : control.value);
const setState = (control, state) => { if (isChoice(control)) control.checked = state; else control.value = state; };

function keepDraft(form) {
  const controls = draftControls(form);
  const values = Object.fromEntries(controls.map((control) => [nameInDraft(control), stateOf(control)]));
  try {
    if (!isShared() && controls.some((control) => !isChoice(control) && control.tagName !== "SELECT" && control.value.trim())) {
      window.sessionStorage.setItem(DRAFT + form.dataset.draft, JSON.stringify({ at: Date.now(), person, values }));
    } else {
      window.sessionStorage.removeItem(DRAFT + form.dataset.draft);
    }
  } catch { /* see remembered() */ }
}

function dropDraft(key) {
  try {
    const keys = key === "*" ? Object.keys(window.sessionStorage).filter((name) => name.startsWith(DRAFT)) : [DRAFT + key];
    keys.forEach((name) => window.sessionStorage.removeItem(name));
  } catch { /* see remembered() */ }
}

function restoreDraft(form) {
  const values = remembered(form.dataset.draft);
  const controls = draftControls(form);
  const typed = controls.filter((control) => !isChoice(control) && control.tagName !== "SELECT");
  // What the server sent back is newer than any draft.
  if (!values || typed.some((control) => control.value.trim()) || form.querySelector(".field--error")) return;
  const before = controls.map(stateOf);
  const note = document.createElement("div");
  note.className = "draft-note";
  const words = document.createElement("p");
  const tell = (key, ...buttons) => {
    words.textContent = sentence(key);
    note.replaceChildren(words, ...buttons);
    say(words.textContent);
  };
  const clear = button(sentence("draft-clear"), () => {
    controls.forEach((control, index) => setState(control, before[index]));
    controls.filter((control) => control.dataset.countMax).forEach(showCount);
    dropDraft(form.dataset.draft);
    tell("draft-cleared");
    typed[0]?.focus();
  });
  const putBack = () => {
    controls.forEach((control) => {
      const state = values[nameInDraft(control)];
      if (state !== undefined) setState(control, state);
      if (control.dataset.countMax) showCount(control);
    });
    tell("draft", clear);
  };
  form.prepend(note);
  if (person) putBack();
  else tell("draft-offer", button(sentence("draft-take"), () => { putBack(); typed[0]?.focus(); }), clear);
}

/** What others left in this tab goes when somebody is signed in; what a shared terminal holds goes at once. */
function dropOthersDrafts() {
  try {
    for (const name of Object.keys(window.sessionStorage).filter((key) => key.startsWith(DRAFT))) {
      if (isShared() || (person && JSON.parse(window.sessionStorage.getItem(name)).person !== person)) window.sessionStorage.removeItem(name);
    }
  } catch { /* see remembered() */ }
}

/** The other ways of signing in are forms of their own: the choice goes with whichever is pressed. */
document.addEventListener("change", (event) => {
  if (event.target.name !== "shared_terminal") return;
  dropOthersDrafts();
  document.querySelectorAll('main form[method="post"]').forEach((form) => {
    form.querySelector('input[type="hidden"][name="shared_terminal"]')?.remove();
    if (!event.target.checked || form === event.target.form) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "shared_terminal", value: "1" }));
  });
});

document.addEventListener("input", (event) => {
  if (event.target.form?.dataset.draft) keepDraft(event.target.form);
});

/* ---- one press is enough: a second one within the wait is not sent; no button is ever disabled ---- */

const WAIT = 15000;
const SHOW_AFTER = 500;

function setFree(form) {
  window.clearTimeout(form.portalTimer);
  delete form.dataset.sentAt;
  form.removeAttribute("aria-busy");
  form.querySelector(".form__sending")?.remove();
}

function showSending(form) {
  const words = document.createElement("p");
  words.className = "form__sending";
  words.textContent = sentence("sending");
  (form.querySelector(".form__actions") ?? form).append(words);
  say(words.textContent);
}

// A visitor's browser has no number before the first answer: what is sent from one page until then comes from one browser.
const pageKey = window.crypto.randomUUID?.() ?? String(Math.random());

function sendPageKey(form) {
  const field = form.querySelector("[name=page_key]") ?? document.createElement("input");
  Object.assign(field, { type: "hidden", name: "page_key", value: pageKey });
  form.append(field);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (navigator.onLine === false) { // the browser's own page for that would take what was typed with it
    event.preventDefault();
    event.stopImmediatePropagation();
    showTrouble(sentence("offline"));
    return;
  }
  if (Date.now() - Number(form.dataset.sentAt ?? 0) < WAIT) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (!person) sendPageKey(form);
  form.dataset.sentAt = Date.now();
  form.setAttribute("aria-busy", "true");
  form.portalTimer = window.setTimeout(showSending, SHOW_AFTER, form);
}, { capture: true });

// Back from the next page by the browser's own button: the form is as it was, and may be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent-at]").forEach(setFree));

/* ---- htmx: what changed is said, what failed is seen ---- */

function showTrouble(words, way = null) {
  const bar = document.querySelector("#trouble");
  if (!bar || !words || bar.firstElementChild?.textContent === words) return;
  const text = document.createElement("p");
  text.textContent = words;
  bar.replaceChildren(text, ...(way ? [way] : []), button(sentence("close"), () => bar.replaceChildren()));
}

/** The sentence of a refusal (data-refusal) and the way on (data-way-on), when the server sent one of its pages for it. */
function refusalIn(xhr) {
  if (!(xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html")) return {};
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  page.querySelectorAll("[data-refusal] rt").forEach((reading) => reading.remove());
  return { words: page.querySelector("[data-refusal]")?.textContent.trim(), way: page.querySelector("[data-way-on]") };
}

const wasPressed = (request) => ["submit", "click"].includes(request?.triggeringEvent?.type);

const forgetTrouble = () => document.querySelector("#trouble")?.replaceChildren();
document.addEventListener("htmx:beforeRequest", (event) => { if (wasPressed(event.detail.requestConfig)) forgetTrouble(); });

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  // A whole page where a part was asked for: the page moved. Who pressed something goes there; what a script asked for
  // by itself never takes the page away from under somebody's hands.
  if (xhr.status < 400 && target !== document.body && /^\s*<!doctype html/i.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
    if (wasPressed(event.detail.requestConfig)) window.location.assign(xhr.responseURL);
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  // The element of the request itself: after a swap the event comes from what stands in its place.
  const form = event.detail.requestConfig?.elt.closest("form");
  if (form) setFree(form);
  if (event.detail.successful) forgetTrouble();
});
document.addEventListener("htmx:sendError", () => showTrouble(sentence("offline")));
document.addEventListener("htmx:timeout", () => showTrouble(sentence("offline")));
document.addEventListener("htmx:responseError", (event) => {
  const { words, way } = refusalIn(event.detail.xhr);
  showTrouble(words || sentence("failed"), way);
});

/* ---- sharing: the device's own sheet; without it the plain links stay ---- */

function prepareSharing(box) {
  const { shareTitle: title, shareUrl: url } = box.dataset;
  const share = box.querySelector("[data-share]");
  if (share && navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => navigator.share({ title, url }).catch(() => { /* closed again by the person */ }));
  }
}

/* ---- passkeys: allauth's script does the work and, when the device says no, tells nobody but us ---- */

const PASSKEY_TROUBLE = { NotAllowedError: "passkey", AbortError: "passkey", InvalidStateError: "passkey-known" };

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  showTrouble(sentence(PASSKEY_TROUBLE[event.detail.exception?.name] ?? "passkey-unusable"));
});

/* ---- search and menu of the header: folded elements that open without this; Escape and a press elsewhere close them ---- */

const openFolds = () => document.querySelectorAll(".site-header details[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openFolds().forEach((fold) => {
    if (fold.contains(document.activeElement)) fold.querySelector("summary").focus();
    fold.open = false;
  });
});
document.addEventListener("click", (event) => {
  openFolds().forEach((fold) => { if (!fold.contains(event.target)) fold.open = false; });
});
document.querySelector(".site-search")?.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector("input[type=search]").focus();
});

/* ---- copy and print: what only a script can do is hidden (data-copy, data-print) until it is known that it can ----
 * <button data-copy-text="what goes to the clipboard" data-copied="what is said then"> */

const helps = { "[data-copy]": Boolean(navigator.clipboard), "[data-print]": "print" in window };

document.addEventListener("click", async (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
  const pressed = event.target.closest?.("[data-copy-text]");
  if (!pressed) return;
  const { copyText, copied } = pressed.dataset;
  try {
    await navigator.clipboard.writeText(copyText);
    pressed.textContent = copied;
    say(copied);
  } catch { showTrouble(sentence("not-copied")); }
});

/* ---- without internet: the service worker (static/root/service-worker.js) shows a copy, or the page with the list of them ---- */

const DAY = 24 * 60 * 60 * 1000;

async function listCopies(part) {
  const cache = await caches.open("copies");
  for (const key of (await cache.keys()).reverse()) {
    const copy = await cache.match(key, { ignoreVary: true });
    if (!copy || Date.now() - Date.parse(copy.headers.get("Date")) > DAY) continue;
    const page = new DOMParser().parseFromString(await copy.text(), "text/html");
    const line = document.createElement("li");
    line.append(Object.assign(document.createElement("a"), { href: key.url, textContent: page.title.split(" | ")[0] }));
    part.querySelector("ul").append(line);
    part.hidden = false;
  }
}

if ("serviceWorker" in navigator) {
  if (!isShared()) window.addEventListener("load", () => navigator.serviceWorker.register("/service-worker.js").catch(() => {}));
  const { copyOf } = document.body.dataset;
  if (copyOf) {
    const when = new Date(copyOf).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
    showTrouble(sentence("copy-of").replace("{when}", when));
  }
  const copies = document.querySelector("[data-copies]");
  if (copies) {
    listCopies(copies).catch(() => {});
    window.addEventListener("online", () => showTrouble(sentence("online")));
  }
}

/* ---- lists: the address keeps which voice was opened, so that Back, a reload and a discarded tab come to it again ---- */

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("article[id] a[href]");
  if (!link || link.pathname === location.pathname) return;
  history.replaceState(history.state, "", `${location.pathname}${location.search}#${link.closest("article[id]").id}`);
});

/* ---- on arrival, and again for every part that htmx brings in ---- */

function prepare(part) {
  const all = (selector) => [...(part.matches?.(selector) ? [part] : []), ...part.querySelectorAll(selector)];
  all("[data-draft-clear]").forEach((mark) => dropDraft(mark.dataset.draftClear));
  all("[data-count-max]").filter((control) => control.value).forEach(showCount);
  all("form[data-draft]").forEach(restoreDraft);
  for (const [selector, works] of Object.entries(helps)) all(selector).forEach((control) => { control.hidden = !works; });
  all("[data-share-url]").forEach(prepareSharing);
}

// What changes while somebody types or waits (data-announce-once) is said when it is something new.
const saidOf = new Map();

document.addEventListener("htmx:load", (event) => {
  const part = event.detail.elt;
  if (part === document.body) return;
  prepare(part);
  if (part.dataset?.announce) say(part.dataset.announce);
  const once = part.dataset?.announceOnce;
  if (once && once !== saidOf.get(part.id)) say(once);
  if (once !== undefined) saidOf.set(part.id, once);
});

dropOthersDrafts();
prepare(document.body);
// With a place in the address the browser goes there and leaves the focus alone: what was done is still said.
if (window.location.hash) document.querySelector(".messages")?.focus({ preventScroll: true });
