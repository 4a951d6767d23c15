// Says when the connection is gone. The words stand in the page already.
function show() {
  for (const note of document.querySelectorAll("[data-offline]")) note.hidden = navigator.onLine;
}

addEventListener("online", show);
addEventListener("offline", show);
show();
