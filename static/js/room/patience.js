// Runs an action if a condition is not met in time, and counts how often.
const WITHIN = 10_000;

export class Patience {
  #act;
  #timer = 0;
  #tries = 0;

  constructor(act) {
    this.#act = act;
  }

  wait(milliseconds = WITHIN) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#act(++this.#tries), milliseconds);
  }

  rest({ isDone = false } = {}) {
    clearTimeout(this.#timer);
    if (isDone) this.#tries = 0;
  }
}
