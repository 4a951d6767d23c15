// After a form error the summary takes the focus, on a new page and in a part that was swapped in.
function focusSummary(root) {
  root.querySelector("[data-focus]")?.focus();
}

focusSummary(document);
document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.target));
