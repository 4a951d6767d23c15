// Applies the colour theme at once and sends the choice in the background.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  const root = document.documentElement;
  if (chosen === "system") delete root.dataset.theme;
  else root.dataset.theme = chosen;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
  const body = new URLSearchParams(new FormData(form));
  body.set("theme", chosen);
  try {
    await fetch(form.action, { method: "post", body, redirect: "manual" });
  } catch {
    const text = "The choice of colours could not be kept for the next page.";
    document.dispatchEvent(new CustomEvent("toast", { detail: { level: "warn", text } }));
  }
});
