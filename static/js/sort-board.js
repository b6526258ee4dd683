// Keyboard keys of the board that sorts proposals into topics; without this script everything is done by boxes, a select and buttons.

const list = document.querySelector(".board__list");
const form = document.querySelector("#sort-form");

function boxOf(item) {
  return item?.querySelector("input[name=voices]");
}

list?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const item = event.target.closest("li");
  if (!item) return;
  const target = form.querySelector("#sort_target");
  if (event.key === "j") boxOf(item.nextElementSibling)?.focus();
  else if (event.key === "k") boxOf(item.previousElementSibling)?.focus();
  else if (event.key === "x") boxOf(item)?.click();
  else if (/^[1-9]$/.test(event.key) && target.options[Number(event.key)]) {
    if (!form.querySelector("input[name=voices]:checked")) boxOf(item)?.click();
    target.value = target.options[Number(event.key)].value;
    form.querySelector("#sort_title").value = "";
    form.requestSubmit();
  } else return;
  event.preventDefault();
});
