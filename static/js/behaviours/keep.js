// Stores the text of a field with data-keep until its form has been sent: in this tab, with
// data-keep-long also after the tab was closed.
function place(field) {
  return `keep:${location.pathname}:${field.dataset.keep}`;
}

function store(field) {
  return "keepLong" in field.dataset ? localStorage : sessionStorage;
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
  for (const field of event.target.querySelectorAll("[data-keep]")) {
    if (navigator.onLine) store(field).removeItem(place(field));
  }
});
