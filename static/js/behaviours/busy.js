// Marks a form as busy while it is sent, so that it is not sent twice. Reset when the page is restored.
function sender(form, submitter) {
  return submitter ?? form.querySelector("button:not([type]), button[type=submit]");
}

function rest() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelector("[aria-busy=true]")?.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-theme-switch")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // Other listeners may still prevent the submit; check again after them.
  setTimeout(() => {
    const byHtmx = form.closest("[hx-post],[hx-put],[hx-patch],[hx-delete],[data-hx-post],[data-hx-put],[data-hx-patch],[data-hx-delete]");
    if (event.defaultPrevented && !byHtmx) return;
    form.dataset.sending = "true";
    sender(form, event.submitter)?.setAttribute("aria-busy", "true");
  }, 0);
}, { capture: true });

document.addEventListener("htmx:afterRequest", rest);
addEventListener("pageshow", (event) => event.persisted && rest());
