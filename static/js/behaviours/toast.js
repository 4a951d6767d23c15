// Toasts: from the server's messages, from an htmx answer (HX-Trigger "toast"), from other behaviours.
const region = document.getElementById("toasts");

function dress(toast) {
  const button = toast.querySelector("[data-close]");
  button.hidden = false;
  button.addEventListener("click", () => toast.remove());
  toast.addEventListener("animationend", (event) => event.animationName === "toast-out" && toast.remove());
}

function show({ level = "info", text }) {
  const pattern = document.getElementById("toast-template").content;
  const toast = (pattern.querySelector(`.toast--${level}`) ?? pattern.querySelector(".toast--info")).cloneNode(true);
  toast.querySelector("p").textContent = text;
  dress(toast);
  region.append(toast);
}

if (region) {
  region.querySelectorAll("[data-toast]").forEach(dress);
  document.addEventListener("toast", (event) => event.detail?.text && show(event.detail));
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === region) region.querySelectorAll("[data-toast]").forEach(dress);
  });
}
