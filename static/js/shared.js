// A form with data-shared is written by two people at once: it saves while one writes, and shows what the
// other wrote. The server puts both together; ``base`` is the text that it knows of ours.
const SAVE_AFTER = 1200;
const LOOK_EVERY = 4000;

class SharedPage {
  #form;
  #parts = new Map();
  #isBusy = false;
  #timer = 0;

  constructor(form) {
    this.#form = form;
    for (const field of form.querySelectorAll("input:not([type=hidden]), textarea")) {
      const base = form.elements[`base_${field.name}`];
      // What the page shows after a refusal is not saved yet, and waits for the button.
      this.#parts.set(field.name, { field, base, sent: base.value, isHeld: field.value !== base.value });
      field.addEventListener("input", () => {
        this.#parts.get(field.name).isHeld = false;
        this.#say("Not saved yet");
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#save(), SAVE_AFTER);
      });
      field.addEventListener("change", () => this.#save());
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const part of this.#parts.values()) part.isHeld = false;
      this.#save();
    });
    setInterval(() => this.#look(), LOOK_EVERY);
    addEventListener("pagehide", () => this.#changed().length && this.#send(true).catch(() => {}));
  }

  #changed() {
    return [...this.#parts.values()].filter(({ field, sent, isHeld }) => !isHeld && field.value !== sent);
  }

  #send(keepalive = false) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.#form.elements.csrfmiddlewaretoken.value });
    for (const { field, base } of this.#changed()) {
      body.set(field.name, field.value);
      body.set(base.name, base.value);
    }
    return fetch(this.#form.dataset.shared, { method: "POST", body, keepalive, redirect: "manual" });
  }

  async #save() {
    clearTimeout(this.#timer);
    const changed = this.#changed();
    if (this.#isBusy || !changed.length) return;
    this.#isBusy = true;
    for (const part of changed) part.sending = part.field.value;
    this.#say("Saving…");
    try {
      const answer = await this.#send();
      if (answer.ok) this.#saved(changed, await answer.json());
      else if (answer.status < 500 && answer.type !== "opaqueredirect") this.#refused(changed, await answer.json());
      else this.#say("Not saved: try again in a moment. What you wrote is still here.");
    } catch {
      this.#say("Not saved: there is no connection. What you wrote is still here.");
    }
    this.#isBusy = false;
  }

  #saved(changed, answer) {
    for (const part of changed) {
      part.sent = part.sending;
      part.base.value = answer.bases[part.field.name];
    }
    this.#show(answer);
    this.#say(this.#changed().length ? "Not saved yet" : "Saved");
  }

  // The other changed the same line: it stays here until one decides.
  #refused(changed, { part, words, detail, fields }) {
    for (const one of changed) one.isHeld = true;
    const clash = this.#parts.get(part);
    if (!clash) return this.#say(Object.values(fields ?? {})[0]?.[0] ?? detail);
    clash.base.value = words;
    clash.sent = words;
    this.#say(`The other of you changed this to “${words}”. Yours is not saved: press Save to put it there instead.`);
  }

  async #look() {
    if (this.#isBusy || document.hidden || !this.#form.offsetParent) return;
    if (this.#changed().length) return this.#save();
    this.#isBusy = true;
    try {
      const answer = await fetch(`${this.#form.dataset.shared}?revision=${this.#form.dataset.revision}`, { redirect: "manual" });
      if (answer.status === 200) this.#show(await answer.json());
    } catch {
      // Without a connection it looks again later.
    }
    this.#isBusy = false;
  }

  #show({ revision, words }) {
    this.#form.dataset.revision = revision;
    for (const [name, part] of this.#parts) {
      const { field, base, sent } = part;
      // What is being written stays; the next save puts both together.
      if (part.isHeld || field.value !== sent) continue;
      if (words[name] !== base.value) put(field, words[name]);
      part.sent = field.value;
      base.value = words[name];
    }
  }

  #say(words) {
    this.#form.querySelector("[data-shared-said]").textContent = words;
  }
}

// Other words in a field, with the caret before or behind the same words as it was.
function put(field, words) {
  const { selectionStart: start, selectionEnd: end, value: old } = field;
  const isFocused = document.activeElement === field;
  let same = 0;
  while (same < old.length && old[same] === words[same]) same += 1;
  const place = (at) => (at <= same ? at : Math.max(words.length - (old.length - at), 0));
  field.value = words;
  if (isFocused) field.setSelectionRange(place(start), place(end));
}

for (const form of document.querySelectorAll("form[data-shared]")) new SharedPage(form);
