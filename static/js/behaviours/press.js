// A form with data-press is sent by itself once the page is looked at: a page that a mail program or a
// browser loads ahead presses nothing.
const form = document.querySelector("form[data-press]");

function press() {
  if (form.dataset.sending || document.visibilityState !== "visible" || document.prerendering) return;
  form.requestSubmit();
}

if (form) {
  if (document.visibilityState === "visible" && !document.prerendering) press();
  else document.addEventListener("visibilitychange", press, { once: true });
}
