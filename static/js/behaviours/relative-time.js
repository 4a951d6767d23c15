// Updates relative times such as "in 2 h" by the server's clock, since a demo clock runs ahead.
const loaded = Date.now();

function distance(milliseconds) {
  const seconds = Math.trunc(milliseconds / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return "now";
  const days = Math.floor(size / 86400);
  const text = size < 3600 ? `${Math.floor(size / 60)} min`
    : size < 86400 ? `${Math.floor(size / 3600)} h`
      : `${days} ${days === 1 ? "day" : "days"}`;
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

class RelativeTime extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.draw(), 20_000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  draw() {
    const now = Date.parse(this.dataset.now) + (Date.now() - loaded);
    const text = distance(Date.parse(this.dataset.at) - now);
    if (text !== this.textContent) this.textContent = text;
  }
}
customElements.define("relative-time", RelativeTime);
