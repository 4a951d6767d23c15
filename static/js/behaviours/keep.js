// Stores the text of a field with data-keep until its form has been sent: in this tab, with
// data-keep-long also after the tab was closed. Signing out, with data-forget, clears all of it, and
// so does another member who signs in: what one wrote is not for the next at the same machine.
const OWNER = "keep-of";
const member = document.body.dataset.member;

function place(field) {
  return `keep:${location.pathname}:${field.dataset.keep}`;
}

function store(field) {
  return "keepLong" in field.dataset ? localStorage : sessionStorage;
}

function forget(kept) {
  for (const name of Object.keys(kept)) {
    if (name.startsWith("keep:")) kept.removeItem(name);
  }
}

// Each tab has a storage of its own, which another tab cannot clear.
for (const kept of [localStorage, sessionStorage]) {
  const owner = kept.getItem(OWNER);
  if (!member || owner === member) continue;
  if (owner) forget(kept);
  kept.setItem(OWNER, member);
}

for (const field of document.querySelectorAll("[data-keep]")) {
  const kept = store(field).getItem(place(field));
  if (kept !== null && field.value === "") field.value = kept;
}

document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-keep]");
  if (field) store(field).setItem(place(field), field.value);
});

document.addEventListener("submit", (event) => {
  // A preview is not sent.
  if (event.submitter?.hasAttribute("formaction")) return;
  if (event.target.matches("[data-forget]")) [localStorage, sessionStorage].forEach(forget);
  for (const field of event.target.querySelectorAll("[data-keep]")) {
    if (navigator.onLine) store(field).removeItem(place(field));
  }
});
