// Keeps the end of a list with data-follow-end in view: at first, and when something is added while
// the end was in view. Who reads further up stays there.
const SLACK = 200;

const page = document.documentElement;

function toEnd() {
  scrollTo({ top: page.scrollHeight });
}

for (const list of document.querySelectorAll("[data-follow-end]")) {
  if (!location.hash || location.hash === "#latest") toEnd();
  let wasAtEnd = true;
  addEventListener("scroll", () => (wasAtEnd = page.scrollHeight - page.clientHeight - page.scrollTop < SLACK), { passive: true });
  new MutationObserver(() => {
    if (wasAtEnd) toEnd();
  }).observe(list, { childList: true });
}
