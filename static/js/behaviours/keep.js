// Stores the text of a field with data-keep in this tab until its form has been sent.
function place(field) {
  return `keep:${location.pathname}:${field.dataset.keep}`;
}

for (const field of document.querySelectorAll("[data-keep]")) {
  const kept = sessionStorage.getItem(place(field));
  if (kept !== null && field.value === "") field.value = kept;
}

document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-keep]");
  if (field) sessionStorage.setItem(place(field), field.value);
});

document.addEventListener("submit", (event) => {
  for (const field of event.target.querySelectorAll("[data-keep]")) {
    if (navigator.onLine) sessionStorage.removeItem(place(field));
  }
});
