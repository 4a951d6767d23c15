// A short sound for a call for help that appears on an open page, once for each call. Browsers allow
// it after the first click or key on the page; before that the call is only seen.
const NOTES = [660, 880];
const HEARD = "help-call-heard";

document.addEventListener("htmx:afterSettle", () => {
  const call = document.querySelector("[data-chime]")?.dataset.chime;
  if (!call || sessionStorage.getItem(HEARD) === call) return;
  sessionStorage.setItem(HEARD, call);
  if (navigator.userActivation?.hasBeenActive) chime();
});

function chime() {
  const sound = new AudioContext();
  NOTES.forEach((pitch, number) => {
    const from = sound.currentTime + number * 0.18;
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.4);
    tone.connect(volume).connect(sound.destination);
    tone.start(from);
    tone.stop(from + 0.4);
    if (number === NOTES.length - 1) tone.onended = () => sound.close();
  });
}
