// Keyboard keys of the list of cases and of a case. They work only while the focus is in the list of cases, or in the row of buttons of a
// case; without this script everything is done by links, boxes and buttons.

const list = document.querySelector("#result_list tbody");
const form = document.querySelector("#changelist-form");
const ACTS = { a: "approve", h: "hide", r: "restore" };

function typing(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.matches("textarea, select, input:not([type=checkbox])");
}

function goTo(row) {
  const link = row?.querySelector(".case-link");
  if (!link) return;
  list.querySelector(".is-at")?.classList.remove("is-at");
  row.classList.add("is-at");
  link.focus();
  row.scrollIntoView({ block: "nearest" });
}

function press(act, row) {
  const select = form.querySelector("select[name=action]");
  if (!select || ![...select.options].some((option) => option.value === act)) return;
  if (!form.querySelector("input.action-select:checked")) row.querySelector("input.action-select").click();
  select.value = act;
  form.requestSubmit(form.querySelector("button[name=index]"));
}

list?.addEventListener("keydown", (event) => {
  const row = event.target.closest("tr");
  if (typing(event) || !row) return;
  if (event.key === "j") goTo(row.nextElementSibling);
  else if (event.key === "k") goTo(row.previousElementSibling);
  else if (event.key === "x") row.querySelector("input.action-select")?.click();
  else if (ACTS[event.key]) press(ACTS[event.key], row);
  else return;
  event.preventDefault();
});

document.querySelector(".staff-actions")?.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  document.querySelector(`.staff-actions [data-key="${CSS.escape(event.key)}"]`)?.click();
});
