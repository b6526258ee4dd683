/* Saves a block of a plan sheet while one types. Without this file every block has its 保存 button.
 * What could not be saved stays in this browser (localStorage) until it is stored, restored or thrown away. */

const editor = document.querySelector(".sheet-editor");
const words = editor?.dataset ?? {};
const WAIT = 1200;

const keyOf = (form) => `sheet:${words.sheet}:${form.dataset.block}:${words.person}`;

function remember(form, text) {
  if ("shared" in words) return; // others use this computer next: what is typed is in the portal only
  try { window.localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), text })); } catch { /* refused by the browser */ }
}
function forget(form) {
  try { window.localStorage.removeItem(keyOf(form)); } catch { /* refused by the browser */ }
}
function remembered(form) {
  try { return JSON.parse(window.localStorage.getItem(keyOf(form)) ?? "null")?.text ?? null; } catch { return null; }
}

function say(form, sentence, isTrouble = false) {
  const note = form.querySelector("[data-note]");
  note.textContent = sentence;
  note.classList.toggle("is-trouble", isTrouble);
  note.setAttribute("role", isTrouble ? "alert" : "status");
}

function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}

/** Another person stored something else: both texts stand side by side, the next save is of what is left in the box. */
function showTheirs(form, answer) {
  form.parentElement.querySelector(".sheet-theirs")?.remove();
  const theirs = document.createElement("div");
  theirs.className = "sheet-theirs";
  const head = document.createElement("h4");
  head.textContent = words.textTheirs;
  const text = document.createElement("pre");
  text.textContent = answer.theirs;
  theirs.append(head, text);
  form.before(theirs);
  form.elements.version.value = answer.version;
  form.dataset.waits = "1"; // no saving by itself until the person has looked: only the button
  say(form, answer.sentence, true);
}

async function save(form) {
  if (form.dataset.waits || form.dataset.busy) return;
  const text = form.elements.text.value;
  if (text === form.savedText) return;
  form.dataset.busy = "1";
  say(form, words.textSaving);
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual",
    });
    const answer = await response.json();
    if (response.ok) {
      form.elements.version.value = answer.version;
      form.savedText = text;
      form.parentElement.querySelector(".sheet-theirs")?.remove();
      if (form.elements.text.value === text) forget(form);
      say(form, answer.sentence);
    } else if (response.status === 409) {
      showTheirs(form, answer);
    } else {
      say(form, answer.sentence ?? words.textLost, true);
    }
  } catch {
    say(form, words.textLost, true); // no connection, or the session has ended: an answer that is no JSON
  } finally {
    delete form.dataset.busy;
  }
  if (!form.dataset.waits && form.elements.text.value !== text) later(form);
}

function later(form) {
  window.clearTimeout(form.timer);
  form.timer = window.setTimeout(save, WAIT, form);
}

function offer(form, text) {
  const note = document.createElement("div");
  note.className = "sheet-rescue";
  const sentence = document.createElement("p");
  sentence.textContent = words.textFound;
  const left = document.createElement("pre");
  left.textContent = text;
  note.append(sentence, left,
    button(words.textTake, () => { form.elements.text.value = text; note.remove(); later(form); form.elements.text.focus(); }),
    button(words.textDrop, () => { forget(form); note.remove(); }));
  form.before(note);
}

for (const form of document.querySelectorAll("form[data-block]")) {
  const box = form.elements.text;
  form.savedText = box.defaultValue;
  if (form.parentElement.querySelector(".sheet-theirs")) form.dataset.waits = "1";
  const left = remembered(form);
  if (left !== null && left !== box.value) offer(form, left);
  else forget(form);
  box.addEventListener("input", () => { remember(form, box.value); later(form); });
  box.addEventListener("blur", () => save(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.clearTimeout(form.timer);
    delete form.dataset.waits;
    form.savedText = null;
    save(form);
  });
}

/* The other forms of the page: what is typed into one stays in this tab while another is sent or one signs in again. */
const SENT = `sheet:${words.sheet}:sent`;
const others = editor ? [...editor.querySelectorAll("form:not([data-block])")] : [];
const placeOf = (form, field) => `sheet:${words.sheet}:${words.person}:${form.getAttribute("action")}:${field.name}:${field.type === "checkbox" ? field.value : ""}`;
const typedIn = (form) => [...form.elements].filter((field) => field.name && !["hidden", "file", "submit", "fieldset"].includes(field.type));

function inTab(act) {
  if ("shared" in words) return null;
  try { return act(window.sessionStorage); } catch { return null; } // refused by the browser
}

const sent = inTab((tab) => tab.getItem(SENT));
inTab((tab) => tab.removeItem(SENT));
const wasStored = document.querySelector(".messagelist .success") !== null;
for (const form of others) {
  for (const field of typedIn(form)) {
    const place = placeOf(form, field);
    if (wasStored && sent === form.getAttribute("action") && !field.closest("[data-unsaved]")) inTab((tab) => tab.removeItem(place));
    const left = inTab((tab) => tab.getItem(place));
    if (left !== null) {
      if (field.type === "checkbox") field.checked = left === "1";
      else field.value = left;
      field.closest("details")?.setAttribute("open", "");
    }
    field.addEventListener("input", () => inTab((tab) => tab.setItem(place, field.type === "checkbox" ? String(Number(field.checked)) : field.value)));
  }
  form.addEventListener("submit", () => inTab((tab) => tab.setItem(SENT, form.getAttribute("action"))));
}
