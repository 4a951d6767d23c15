// Shows or hides the text of a password field.
for (const box of document.querySelectorAll("[data-reveal]")) {
  const button = box.querySelector("button");
  const input = box.querySelector("input");
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}
