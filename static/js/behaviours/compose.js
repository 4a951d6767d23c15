// A composer that was closed to one line leads right into its text. With a draft it is open already.
for (const box of document.querySelectorAll("details[data-compose]")) {
  const field = box.querySelector("textarea");
  // Phones show their keyboard only for a focus that is set within the press itself.
  box.querySelector("summary").addEventListener("click", (event) => {
    event.preventDefault();
    box.open = !box.open;
    if (box.open) field.focus();
  });
  // Drafts are put back by then.
  document.addEventListener("DOMContentLoaded", () => {
    if (field.value) box.open = true;
  });
}
