// The time left by the server's clock; five minutes and one minute before the end are announced.
const MARKS = [
  [300, "Five minutes left."],
  [60, "One minute left."],
  [0, "The time is over. The room closes in a few minutes."],
];

export class Clock {
  #endsAt = 0;
  #closesAt = 0;
  #said = Infinity;
  #root;

  constructor(root) {
    this.#root = root;
    setInterval(() => this.#show(), 1000);
  }

  set({ seconds_left: left, seconds_open: open }) {
    // Counted by the monotonic clock, since the wall clock may be wrong or jump.
    this.#endsAt = performance.now() + left * 1000;
    this.#closesAt = performance.now() + open * 1000;
    if (this.#said === Infinity) this.#said = left;
    this.#show();
  }

  #show() {
    if (!this.#endsAt) return;
    const left = Math.round((this.#endsAt - performance.now()) / 1000);
    const shown = left > 0 ? left : Math.max(Math.round((this.#closesAt - performance.now()) / 1000), 0);
    const words = this.#root.querySelector("[data-left]");
    words.textContent = left > 0 ? `${minutes(shown)} left` : `closes in ${minutes(shown)}`;
    this.#root.querySelector("[data-clock]").dataset.late = left <= 300;
    const mark = MARKS.findLast(([second]) => left <= second && this.#said > second);
    if (mark) {
      this.#said = mark[0];
      this.#root.querySelector("[data-announce]").textContent = mark[1];
    }
  }
}

// Whole minutes at first, seconds near the end.
function minutes(seconds) {
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  if (seconds > 300) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
