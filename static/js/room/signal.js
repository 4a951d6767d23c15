// The socket to our server: opened with a new ticket, and reopened when it disconnects, until the end.
const PING_EVERY = 10_000;
const SILENT_AFTER = 25_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;

export class Signal extends EventTarget {
  #ticketUrl;
  #socket = null;
  #pause = FIRST_PAUSE;
  #timer = 0;
  #heardAt = 0;
  #isOver = false;

  constructor(ticketUrl) {
    super();
    this.#ticketUrl = ticketUrl;
    // One id for the life of this page: it tells a reconnect from a reload.
    this.page = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    setInterval(() => this.#stayAlive(), PING_EVERY);
    addEventListener("online", () => this.#hurry());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  async open() {
    clearTimeout(this.#timer);
    if (this.#isOver || this.#socket) return;
    try {
      const answer = await fetch(this.#ticketUrl, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.type === "opaqueredirect") return this.#end("signed-out");
      const body = await answer.json();
      if (answer.ok) return this.#connect(body.ticket);
      if (answer.status < 500 && answer.status !== 429) return this.#end(body.code === "join_first" ? "over" : "refused");
    } catch {
      // No network or no server: try again.
    }
    this.#again();
  }

  send(message) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  leave() {
    this.send({ type: "leave" });
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #connect(ticket) {
    if (this.#isOver || this.#socket) return;
    const address = new URL("/live/room", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.search = new URLSearchParams({ ticket, page: this.page });
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.addEventListener("message", (event) => this.#take(event.data));
    socket.addEventListener("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.dispatchEvent(new Event("down"));
      this.#again();
    });
  }

  #take(text) {
    this.#heardAt = Date.now();
    const message = JSON.parse(text);
    if (message.type === "pong") return;
    if (message.type === "welcome") this.#pause = FIRST_PAUSE;
    if (message.type === "end") return this.#end(message.reason);
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  #stayAlive() {
    if (!this.#socket) return;
    if (Date.now() - this.#heardAt > SILENT_AFTER) this.#socket.close();
    else this.send({ type: "ping" });
  }

  #hurry() {
    if (this.#socket || this.#isOver) return;
    this.#pause = FIRST_PAUSE;
    this.open();
  }

  #again() {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    // Up to half as long again, so that browsers do not all reconnect at once after a restart.
    this.#timer = setTimeout(() => this.open(), this.#pause * (1 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #end(reason) {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.dispatchEvent(new CustomEvent("end", { detail: reason }));
  }
}
