// Shows the value of a slider with data-range beside it.
const show = (slider) => {
  let shown = slider.nextElementSibling;
  if (shown?.tagName !== "OUTPUT") {
    shown = document.createElement("output");
    shown.htmlFor = slider.id;
    slider.after(shown);
  }
  shown.textContent = slider.value;
};

for (const slider of document.querySelectorAll("[data-range]")) show(slider);
document.addEventListener("input", ({ target }) => target.matches?.("[data-range]") && show(target));
document.addEventListener("htmx:load", ({ target }) => target.querySelectorAll?.("[data-range]").forEach(show));
