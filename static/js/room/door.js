// The device check before the room: own video, choice of devices, microphone level.
import { devices } from "./devices.js";
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
  devices(root, media);
  await media.start();
}
