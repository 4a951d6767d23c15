// The choice of camera and microphone: before the room and inside it.
export function devices(root, media) {
  const show = () => list(root, media);
  media.addEventListener("devices", show);
  media.addEventListener("change", show);
  for (const select of root.querySelectorAll("[data-devices]")) {
    const kind = select.dataset.devices === "videoinput" ? "camera" : "microphone";
    select.addEventListener("change", () => media.choose(kind, select.value));
  }
  show();
}

// The browser reveals device names only after permission was given.
async function list(root, media) {
  const found = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  for (const select of root.querySelectorAll("[data-devices]")) {
    const ours = found.filter(({ kind, deviceId }) => kind === select.dataset.devices && deviceId);
    const lane = select.dataset.devices === "videoinput" ? "camera" : "audio";
    const inUse = media.tracks[lane]?.getSettings().deviceId;
    select.replaceChildren(...ours.map(({ label, deviceId }, index) => new Option(label || `Number ${index + 1}`, deviceId, false, deviceId === inUse)));
    if (!ours.length) select.append(new Option("None found", ""));
    select.disabled = ours.length === 0;
  }
}
