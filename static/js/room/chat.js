// The chat: a message is shown once the server returns it. While closed, it counts new ones.
export class Chat {
  #root;
  #signal;
  #known = new Set();
  #unread = 0;
  #names;

  constructor(root, signal, otherName) {
    this.#root = root;
    this.#signal = signal;
    this.#names = { me: "You", other: otherName };
    this.#one("[data-chat-button]").addEventListener("click", () => this.open(this.#panel.hidden));
    this.#one("[data-chat-close]").addEventListener("click", () => this.open(false));
    this.#panel.addEventListener("keydown", (event) => event.key === "Escape" && this.open(false));
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#form.requestSubmit();
      }
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  open(isOpen) {
    this.#panel.hidden = !isOpen;
    this.#root.dataset.chat = isOpen ? "open" : "closed";
    this.#one("[data-chat-button]").setAttribute("aria-expanded", isOpen);
    if (isOpen) {
      this.#count(0);
      this.#scroll();
      this.#text.focus();
    } else this.#one("[data-chat-button]").focus();
  }

  history(lines, me) {
    this.me = me;
    for (const line of lines) this.add(line, false);
  }

  add(line, isNew = true) {
    const key = `${line.user} ${line.id} ${line.sent_at}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const isMine = line.user === this.me;
    const item = this.#one("template[data-chat-line]").content.firstElementChild.cloneNode(true);
    item.dataset.mine = isMine;
    item.querySelector("strong").textContent = isMine ? this.#names.me : this.#names.other;
    const time = item.querySelector("time");
    time.dateTime = new Date(line.sent_at).toISOString();
    time.textContent = new Date(line.sent_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    item.querySelector(".chat__words").textContent = line.text;
    this.#one("[data-chat-lines]").append(item);
    this.#one("[data-chat-empty]").hidden = true;
    if (isNew && !isMine && this.#panel.hidden) this.#count(this.#unread + 1);
    this.#scroll();
  }

  #send() {
    const text = this.#text.value.trim();
    if (!text) return;
    const isSent = this.#signal.send({ type: "chat", text, id: crypto.randomUUID().slice(0, 8) });
    const problem = this.#one("[data-chat-problem]");
    problem.hidden = isSent;
    problem.textContent = isSent ? "" : "Not sent: the connection is being set up again. Your words are still here.";
    if (isSent) this.#text.value = "";
  }

  #count(number) {
    this.#unread = number;
    const badge = this.#one("[data-chat-count]");
    badge.hidden = number === 0;
    badge.querySelector("[data-number]").textContent = number;
  }

  #scroll() {
    const lines = this.#one("[data-chat-lines]");
    lines.scrollTop = lines.scrollHeight;
  }

  get #panel() {
    return this.#one("[data-chat-panel]");
  }

  get #form() {
    return this.#one("[data-chat-form]");
  }

  get #text() {
    return this.#one("[data-chat-text]");
  }

  #one(selector) {
    return this.#root.querySelector(selector);
  }
}
