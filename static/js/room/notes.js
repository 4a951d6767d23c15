// The notes beside the videos, in the place of the chat: one of the two is open.
export class Notes {
  constructor(root, chat) {
    const panel = root.querySelector("[data-notes-panel]");
    const button = root.querySelector("[data-notes-button]");
    if (!panel) return;
    const open = (isOpen) => {
      panel.hidden = !isOpen;
      button.setAttribute("aria-expanded", isOpen);
    };
    button.addEventListener("click", () => {
      if (panel.hidden) {
        chat.open(false);
        open(true);
        panel.querySelector("textarea").focus();
      } else open(false);
    });
    const close = () => {
      open(false);
      button.focus();
    };
    root.querySelector("[data-notes-close]").addEventListener("click", close);
    panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
    root.querySelector("[data-chat-button]").addEventListener("click", () => open(false));
  }
}
