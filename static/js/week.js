// The grid of a week: drag paints hours with mouse or pen, arrow keys move between them, and with Shift
// they take the state of the hour along. It is one stop of the Tab key; without this it is checkboxes.
class Week {
  #form;
  #rows;
  #from = null;
  #isDragged = false;

  constructor(form, table) {
    this.#form = form;
    this.#rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
    const all = this.#rows.flat();
    for (const cell of all) cell.tabIndex = -1;
    (all.find((cell) => cell.checked) ?? all[0]).tabIndex = 0;
    table.addEventListener("pointerdown", (event) => this.#begin(event));
    table.addEventListener("pointerover", (event) => this.#drag(event));
    // After the click that follows it, which a drag must not count as one more change.
    addEventListener("pointerup", () => setTimeout(() => (this.#isDragged = false) || (this.#from = null)));
    table.addEventListener("click", (event) => this.#isDragged && event.preventDefault());
    table.addEventListener("keydown", (event) => this.#move(event));
    table.addEventListener("focusin", ({ target }) => {
      for (const cell of all) cell.tabIndex = cell === target ? 0 : -1;
    });
  }

  #place(cell) {
    const row = this.#rows.findIndex((cells) => cells.includes(cell));
    return row < 0 ? null : [row, this.#rows[row].indexOf(cell)];
  }

  #begin({ target, pointerType, button }) {
    const cell = target.closest("td")?.querySelector("input");
    this.#isDragged = false;
    // A finger scrolls the page; it taps hours.
    if (!cell || pointerType === "touch" || button) return;
    const was = this.#rows.map((cells) => cells.map(({ checked }) => checked));
    this.#from = { place: this.#place(cell), isOpen: !cell.checked, was };
  }

  #drag({ target, buttons }) {
    const cell = target.closest("td")?.querySelector("input");
    if (!this.#from || !buttons || !cell) return;
    const { place, isOpen, was } = this.#from;
    const there = this.#place(cell);
    if (!this.#isDragged && cell === this.#rows[place[0]][place[1]]) return;
    this.#isDragged = true;
    const within = (at, one, other) => at >= Math.min(one, other) && at <= Math.max(one, other);
    this.#rows.forEach((cells, row) =>
      cells.forEach((one, column) => {
        const isIn = within(row, place[0], there[0]) && within(column, place[1], there[1]);
        one.checked = isIn ? isOpen : was[row][column];
      }),
    );
    this.#form.dispatchEvent(new Event("change"));
  }

  #move(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const place = this.#place(event.target);
    if (!step || !place) return;
    event.preventDefault();
    const next = this.#rows[place[0] + step[0]]?.[place[1] + step[1]];
    if (!next) return;
    if (event.shiftKey) {
      next.checked = event.target.checked;
      this.#form.dispatchEvent(new Event("change"));
    }
    next.focus();
  }
}

const weekForm = document.querySelector("form[data-week]");
if (weekForm) {
  for (const table of weekForm.querySelectorAll("table")) new Week(weekForm, table);
  weekForm.querySelector("[data-week-help]").hidden = false;
  const open = () => new FormData(weekForm).getAll("cells");
  const before = open().join();
  let isSent = false;
  const isChanged = () => !isSent && open().join() !== before;
  weekForm.addEventListener("change", () => {
    const hours = open().length;
    weekForm.querySelector("[data-week-said]").textContent = isChanged() ? `${hours} ${hours === 1 ? "hour" : "hours"} a week, not saved yet` : "";
  });
  weekForm.addEventListener("submit", () => (isSent = true));
  addEventListener("beforeunload", (event) => isChanged() && event.preventDefault());
}
