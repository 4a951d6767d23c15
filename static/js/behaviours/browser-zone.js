// Sends the browser's time zone with the next form: <input type="hidden" data-browser-zone>.
function fillZones(root) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  for (const input of root.querySelectorAll("[data-browser-zone]")) input.value = zone;
}

fillZones(document);
document.addEventListener("htmx:load", (event) => fillZones(event.target));
