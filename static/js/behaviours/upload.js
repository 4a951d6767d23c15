// Refuses a file over the limit before the upload. The server checks it again.
const MEGABYTE = 1024 * 1024;

function fits(input) {
  const most = Number(input.dataset.mostBytes);
  const size = Math.max(0, ...[...input.files].map((file) => file.size));
  const name = `${input.id}_size`;
  document.getElementById(name)?.remove();
  if (size <= most) return true;
  const note = document.createElement("p");
  note.id = name;
  note.className = "field__error";
  note.setAttribute("role", "alert");
  note.textContent = `This file has ${(size / MEGABYTE).toFixed(1)} MB. ${most / MEGABYTE} MB is the most.`;
  input.closest(".field").append(note);
  return false;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-most-bytes]")) fits(event.target);
});

document.addEventListener("submit", (event) => {
  const large = [...event.target.querySelectorAll("input[data-most-bytes]")].find((input) => !fits(input));
  if (!large) return;
  event.preventDefault();
  large.focus();
});
