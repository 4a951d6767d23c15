// Scrolls a row of tabs that is too long for a phone to the current one.
for (const row of document.querySelectorAll(".tabs, .studio__parts > ul")) {
  const current = row.querySelector("[aria-current]");
  if (current && row.scrollWidth > row.clientWidth) {
    const from = row.getBoundingClientRect();
    const to = current.getBoundingClientRect();
    row.scrollLeft += (to.left + to.right - from.left - from.right) / 2;
  }
}
