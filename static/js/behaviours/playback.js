// A film or sound with data-playback goes on where the member stopped: the place is sent there
// while it plays, and after a link has expired it is loaded again at the same place.
const EVERY = 10;

for (const player of document.querySelectorAll("[data-playback]")) {
  const source = player.getAttribute("src").split("#")[0];
  let kept = Number(player.dataset.seconds);
  let loaded = 0;

  const keep = () => {
    const seconds = player.ended ? 0 : Math.floor(player.currentTime);
    if (seconds === kept) return;
    kept = seconds;
    const token = player.parentElement.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ seconds, csrfmiddlewaretoken: token });
    fetch(player.dataset.playback, { method: "POST", body, keepalive: true }).catch(() => {});
  };

  player.addEventListener("timeupdate", () => {
    if (Math.abs(player.currentTime - kept) >= EVERY) keep();
  });
  player.addEventListener("pause", keep);
  player.addEventListener("ended", keep);
  addEventListener("pagehide", keep);
  player.addEventListener("error", () => {
    // Once a minute at most: a file that is gone stays gone.
    if (Date.now() - loaded < 60_000) return;
    loaded = Date.now();
    const goesOn = !player.paused;
    player.src = `${source}#t=${kept}`;
    if (goesOn) player.play().catch(() => {});
  });
}
