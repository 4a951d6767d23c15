// Ctrl+Enter (on a Mac also Cmd+Enter) sends what is written in a composer.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest(".composer textarea")?.form;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
