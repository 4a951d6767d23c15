// Sums what came since a feed was opened: an event says what came since the one before, the answer
// to a page that was offline says it all.
const MOST = 50;

for (const line of document.querySelectorAll("[data-news]")) {
  let shown = 0;
  new MutationObserver(() => {
    const link = line.querySelector("a[data-word]");
    if (!link) return;
    const { added, number, word } = link.dataset;
    shown = added ? shown + Number(added) : Math.max(shown, Number(number));
    link.textContent = `${shown > MOST ? `${MOST}+` : shown} new ${word}${shown === 1 ? "" : "s"}`;
  }).observe(line, { childList: true });
}
