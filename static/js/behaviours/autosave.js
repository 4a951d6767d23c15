// A form with data-autosave saves itself through htmx while somebody writes. What was not saved yet is
// kept in this tab and offered again; leaving asks first; the button waits for a save on its way.
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "revision", "over"]);

function autosave(form) {
  const place = `keep:${location.pathname}:autosave`;
  const saved = document.getElementById("saved");
  const offer = document.querySelector("[data-restore]");
  let isDirty = false;
  let isSending = false;
  let isLeaving = false;
  let waiting = null;

  const words = () => JSON.stringify([...new FormData(form)].filter(([name]) => !LEFT_OUT.has(name)));

  function say(text) {
    const line = document.createElement("p");
    line.className = "text-2";
    line.textContent = text;
    saved.replaceChildren(line);
  }

  function putBack(kept) {
    const given = new Map(JSON.parse(kept));
    for (const field of form.elements) {
      if (!field.name || LEFT_OUT.has(field.name)) continue;
      if (field.type === "checkbox") field.checked = given.has(field.name);
      else if (given.has(field.name)) field.value = given.get(field.name);
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const kept = sessionStorage.getItem(place);
  if (kept && offer && kept !== words()) {
    offer.hidden = false;
    offer.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      offer.hidden = true;
      if (button.hasAttribute("data-restore-now")) putBack(kept);
      else sessionStorage.removeItem(place);
      form.querySelector("input:not([type=hidden]), textarea").focus();
    });
  }

  form.addEventListener("input", () => {
    isDirty = true;
    sessionStorage.setItem(place, words());
    if (saved.querySelector(".callout") === null) say("Not saved yet");
  });
  form.addEventListener("htmx:beforeRequest", () => {
    isSending = true;
    isDirty = false;
    if (saved.querySelector(".callout") === null) say("Saving…");
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    isSending = false;
    if (event.detail.xhr?.status === 200) {
      if (!isDirty) sessionStorage.removeItem(place);
    } else {
      isDirty = true;
      if (!event.detail.xhr?.status) say("Not saved: there is no connection. What you wrote is kept here.");
    }
    if (waiting) {
      const button = waiting;
      waiting = null;
      form.requestSubmit(button);
    }
  });
  addEventListener("online", () => isDirty && form.dispatchEvent(new Event("input", { bubbles: true })));

  form.addEventListener("submit", (event) => {
    if (isSending) {
      // The save on its way changes the revision that this one has to name.
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = event.submitter;
      return;
    }
    isLeaving = true;
    sessionStorage.removeItem(place);
  }, { capture: true });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-drop]")) return;
    isLeaving = true;
    sessionStorage.removeItem(place);
  });
  addEventListener("beforeunload", (event) => {
    if ((isDirty || isSending) && !isLeaving) event.preventDefault();
  });
}

const form = document.querySelector("form[data-autosave]");
if (form) autosave(form);
