// <count-down data-seconds="587">: minutes and seconds that are left, by this device's steady clock.
// When they are over, the next element, which was hidden, takes its place.
class CountDown extends HTMLElement {
  connectedCallback() {
    this.ends = performance.now() + Number(this.dataset.seconds) * 1000;
    this.timer = setInterval(() => this.draw(), 1000);
    this.draw();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  draw() {
    const left = Math.max(0, Math.ceil((this.ends - performance.now()) / 1000));
    this.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left) return;
    clearInterval(this.timer);
    const shown = this.closest("[data-while-held]");
    const over = shown?.nextElementSibling;
    if (!over) return;
    shown.hidden = true;
    over.hidden = false;
  }
}
customElements.define("count-down", CountDown);
