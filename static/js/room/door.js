// The device check before the room: own video, choice of devices, microphone level.
import { Media } from "./media.js";
import { meter } from "./meter.js";
import { problems, switches } from "./switches.js";

const root = document.querySelector("[data-check]");
if (document.readyState === "complete") check(root);
else addEventListener("load", () => check(root), { once: true });

async function check(root) {
  const media = new Media();
  const preview = root.querySelector("[data-preview]");
  root.hidden = false;
  switches(root, media);
  problems(root.querySelector("[data-problem]"), media);
  const level = meter(root.querySelector("[data-level]"));
  media.addEventListener("change", () => {
    const { camera, audio } = media.tracks;
    const known = preview.srcObject?.getTracks()[0];
    if (camera !== (known ?? null)) preview.srcObject = camera ? new MediaStream([camera]) : null;
    root.querySelector(".tile").dataset.picture = Boolean(camera);
    root.querySelector("[data-words]").textContent = camera ? "" : "Your camera is off";
    level(media.isOn("microphone") ? audio : null);
  });
  media.addEventListener("devices", () => list(root, media));
  for (const select of root.querySelectorAll("[data-devices]")) {
    const kind = select.dataset.devices === "videoinput" ? "camera" : "microphone";
    select.addEventListener("change", () => media.choose(kind, select.value));
  }
  await media.start();
  list(root, media);
}

// The browser reveals device names only after permission was given.
async function list(root, media) {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  for (const select of root.querySelectorAll("[data-devices]")) {
    const found = devices.filter(({ kind, deviceId }) => kind === select.dataset.devices && deviceId);
    const lane = select.dataset.devices === "videoinput" ? "camera" : "audio";
    const inUse = media.tracks[lane]?.getSettings().deviceId;
    select.replaceChildren(...found.map(({ label, deviceId }, index) => new Option(label || `Number ${index + 1}`, deviceId, false, deviceId === inUse)));
    if (!found.length) select.append(new Option("None found", ""));
    select.disabled = found.length === 0;
  }
}
