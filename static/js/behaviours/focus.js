// After a form error the summary takes the focus, on a new page and in a part that was swapped in.
// htmx:load names what came in; after an outerHTML swap the target of afterSwap is already gone.
function focusSummary(root) {
  const summary = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
  summary?.focus();
}

focusSummary(document);
document.addEventListener("htmx:load", (event) => focusSummary(event.detail.elt));
