// Toggle buttons: icon and text show the current state and what a click does.
const WORDS = {
  microphone: { on: "Mute", off: "Unmute" },
  camera: { on: "Camera off", off: "Camera on" },
};

export function switches(root, media) {
  const buttons = root.querySelectorAll("[data-switch]");
  const show = () => {
    for (const button of buttons) {
      const isOn = media.isOn(button.dataset.switch);
      button.dataset.on = isOn;
      button.querySelector("[data-label]").textContent = WORDS[button.dataset.switch][isOn ? "on" : "off"];
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      button.setAttribute("aria-busy", "true");
      await media.toggle(button.dataset.switch);
      button.removeAttribute("aria-busy");
    });
  }
  media.addEventListener("change", show);
  show();
}

// What happened to a device, and why one is not available, in a live region.
export function problems(element, media) {
  let timer = 0;
  const show = () => {
    const { camera, microphone } = media.problems;
    const parts = media.news ? [media.news] : [];
    if (camera && microphone && camera === microphone) parts.push(`Camera and microphone: ${camera} You can still listen and write.`);
    else {
      if (camera) parts.push(`Camera: ${camera} You can still talk.`);
      if (microphone) parts.push(`Microphone: ${microphone} You can still write.`);
    }
    // Shown before it changes: a live region that appears with its words is not read out.
    element.hidden = parts.length === 0;
    const words = parts.join(" ");
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (element.textContent !== words) element.textContent = words;
    }, 50);
  };
  media.addEventListener("change", show);
  show();
}
