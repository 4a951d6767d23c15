// A button that copies the input beside it; hidden without clipboard access.
for (const field of document.querySelectorAll("[data-copy]")) {
  const button = field.querySelector("button");
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const input = field.querySelector("input");
    try {
      await navigator.clipboard.writeText(input.value);
      document.dispatchEvent(new CustomEvent("toast", { detail: { level: "ok", text: "Copied" } }));
    } catch {
      input.select();
      const text = "Your browser did not allow it. The text is selected; copy it by hand.";
      document.dispatchEvent(new CustomEvent("toast", { detail: { level: "warn", text } }));
    }
  });
}
