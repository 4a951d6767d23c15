// After a form error the summary gets the focus, on a new page and in a swapped fragment.
// htmx:load has the new element; after an outerHTML swap the target of afterSwap is detached.
function focusSummary(root) {
  const summary = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
  summary?.focus();
}

focusSummary(document);
document.addEventListener("htmx:load", (event) => focusSummary(event.detail.elt));
