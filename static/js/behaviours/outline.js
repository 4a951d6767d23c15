// Modules in a list with data-outline move by drag (mouse, pen, touch) and, with the focus on one of
// their buttons, by the arrow keys. The buttons themselves work without a script.
const KEYS = { ArrowUp: "up", ArrowDown: "down" };

function showGrips(root) {
  for (const grip of root.querySelectorAll?.("[data-grip]") ?? []) grip.hidden = false;
}

function drag(event, grip) {
  const row = grip.closest("[data-module]");
  const list = row.parentElement;
  const former = row.nextElementSibling;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  row.classList.add("is-dragged");

  function over({ clientY }) {
    const next = [...list.children].find((other) => {
      const box = other.getBoundingClientRect();
      return other !== row && clientY < box.top + box.height / 2;
    });
    if (next !== row.nextElementSibling) list.insertBefore(row, next ?? null);
  }

  function end(ended) {
    grip.removeEventListener("pointermove", over);
    grip.removeEventListener("pointerup", end);
    grip.removeEventListener("pointercancel", end);
    row.classList.remove("is-dragged");
    const next = row.nextElementSibling;
    if (ended.type === "pointercancel") list.insertBefore(row, former);
    else if (next !== former) send(row, next);
  }

  grip.addEventListener("pointermove", over);
  grip.addEventListener("pointerup", end);
  grip.addEventListener("pointercancel", end);
}

function send(row, next) {
  const form = row.querySelector("form");
  const before = document.createElement("input");
  before.type = "hidden";
  before.name = "before";
  before.value = next?.dataset.module ?? "";
  form.append(before);
  form.requestSubmit();
}

showGrips(document);
document.addEventListener("htmx:load", (event) => showGrips(event.detail.elt));
document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (grip && event.button === 0) drag(event, grip);
});
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-outline] [data-module]");
  const step = KEYS[event.key];
  if (!row || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const button = row.querySelector(`button[value="${step}"]`);
  button.focus();
  button.click();
});
