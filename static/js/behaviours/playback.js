// A film or sound with data-playback goes on where the member stopped: the place is sent there
// while it plays, and after a link has expired it is loaded again at the same place. Players come
// and go with parts of a page, so the document listens for all of them.
const EVERY = 10;
const places = new WeakMap();

function placeOf(player) {
  if (!places.has(player)) {
    const source = player.getAttribute("src").split("#")[0];
    places.set(player, { source, kept: Number(player.dataset.seconds), loaded: 0 });
  }
  return places.get(player);
}

function keep(player) {
  const place = placeOf(player);
  const seconds = player.ended ? 0 : Math.floor(player.currentTime);
  if (seconds === place.kept) return;
  place.kept = seconds;
  const token = player.parentElement.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ seconds, csrfmiddlewaretoken: token });
  fetch(player.dataset.playback, { method: "POST", body, keepalive: true }).catch(() => {});
}

function load(player) {
  const place = placeOf(player);
  // Once a minute at most: a file that is gone stays gone.
  if (Date.now() - place.loaded < 60_000) return;
  place.loaded = Date.now();
  const goesOn = !player.paused;
  player.src = `${place.source}#t=${place.kept}`;
  if (goesOn) player.play().catch(() => {});
}

// What happens to a player does not bubble.
const on = (name, act) =>
  document.addEventListener(name, ({ target }) => target.dataset?.playback && act(target), true);

on("timeupdate", (player) => {
  if (Math.abs(player.currentTime - placeOf(player).kept) >= EVERY) keep(player);
});
on("pause", keep);
on("ended", keep);
on("error", load);
addEventListener("pagehide", () => document.querySelectorAll("[data-playback]").forEach((player) => {
  // One that was never played is where it was.
  if (places.has(player)) keep(player);
}));
