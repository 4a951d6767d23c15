// The connection quality in one word, checked every three seconds.
const EVERY = 3_000;
const LOSS = 0.05;
const DELAY = 0.4;

export class Line {
  #element;
  #other;
  #peer = null;
  #isHere = false;
  #isServerThere = false;
  #isWeak = false;
  #was = null;

  constructor(element, otherName) {
    this.#element = element;
    this.#other = otherName;
    setInterval(() => this.#measure(), EVERY);
  }

  know({ peer = this.#peer, isHere = this.#isHere, isServerThere = this.#isServerThere }) {
    if (peer !== this.#peer) this.#was = null;
    this.#peer = peer;
    this.#isHere = isHere;
    this.#isServerThere = isServerThere;
    this.#show();
  }

  #show() {
    const [tone, words] = this.#words();
    this.#element.dataset.tone = tone;
    if (this.#element.textContent !== words) this.#element.textContent = words;
  }

  #words() {
    const isCall = this.#peer?.state === "connected";
    if (isCall) return this.#isWeak ? ["weak", "Connected, weak line"] : ["good", "Connected"];
    if (!this.#isServerThere) return ["weak", "Reconnecting…"];
    if (!this.#isHere) return ["wait", `Waiting for ${this.#other}`];
    const again = ["disconnected", "failed"].includes(this.#peer?.state);
    return again ? ["weak", "Reconnecting…"] : ["wait", "Connecting…"];
  }

  async #measure() {
    const connection = this.#peer?.connection;
    if (this.#peer?.state !== "connected") return;
    const now = { lost: 0, received: 0, delay: 0 };
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type === "inbound-rtp") {
        now.lost += entry.packetsLost ?? 0;
        now.received += entry.packetsReceived ?? 0;
      } else if (entry.type === "candidate-pair" && entry.nominated) now.delay = entry.currentRoundTripTime ?? 0;
    }
    if (this.#was) {
      const lost = now.lost - this.#was.lost;
      const all = lost + now.received - this.#was.received;
      this.#isWeak = now.delay > DELAY || (all > 0 && lost / all > LOSS);
    }
    this.#was = now;
    this.#show();
  }
}
