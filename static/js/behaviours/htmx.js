// Loads htmx on pages that use an hx- attribute, and shows a toast when a request fails.
const own = document.querySelector("script[data-htmx]");
const USED = ["get", "post", "put", "patch", "delete", "boost"].map((verb) => `[hx-${verb}],[data-hx-${verb}]`).join();

function say(level, text) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { level, text } }));
}

function load() {
  if (window.htmx) return;
  const script = document.createElement("script");
  script.src = own.dataset.htmx;
  document.head.append(script);
}

if (own && document.querySelector(USED)) {
  // Before the page has loaded, htmx would wait for an event that has already fired.
  if (document.readyState === "complete") load();
  else addEventListener("load", load, { once: true });
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  // A refusal retargets itself to the toasts; it is a response, not a failure.
  if (answer.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401) {
    const sheet = document.getElementById("signed-out");
    const link = sheet?.querySelector("[data-sign-in]");
    if (!link) return location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    sheet.showModal();
  } else if (status === 404) {
    say("warn", "This is no longer here. Reload the page to see what there is now.");
  } else if (status === 429) {
    const wait = event.detail.xhr.getResponseHeader("Retry-After");
    say("warn", wait ? `Too many tries. Try again in ${wait} seconds.` : "Too many tries. Wait a little.");
  } else {
    const id = event.detail.xhr.getResponseHeader("X-Request-ID");
    say("danger", `That did not work on our side. Try again.${id ? ` Request id: ${id}` : ""}`);
  }
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    // What asks by itself, with data-quiet, asks again.
    if (event.detail.elt.closest("[data-quiet]")) return;
    say("danger", "The connection failed. Nothing was changed; try again.");
  });
}
