// Sends the read receipt of a page once it is shown; the button stays for browsers without scripts.
for (const form of document.querySelectorAll("[data-read-receipt]")) {
  form.hidden = true;
  fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {
    form.hidden = false;
  });
}
