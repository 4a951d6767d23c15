// Shows a note while the browser is offline. Its text is in the page already.
function show() {
  for (const note of document.querySelectorAll("[data-offline]")) note.hidden = navigator.onLine;
}

addEventListener("online", show);
addEventListener("offline", show);
show();
