// A form filled in by a passkey that the browser creates ("add") or uses ("prove"), then sent.
// Without passkey support it is hidden, and elements with data-without-passkeys are shown instead.
if (window.PublicKeyCredential && navigator.credentials) {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const made = async (options) => {
    const { user, challenge, excludeCredentials } = options;
    const key = await navigator.credentials.create({
      publicKey: {
        ...options,
        user: { ...user, id: bytes(user.id) },
        challenge: bytes(challenge),
        excludeCredentials: named(excludeCredentials),
      },
    });
    return {
      ...about(key),
      response: {
        clientDataJSON: text(key.response.clientDataJSON),
        attestationObject: text(key.response.attestationObject),
        transports: key.response.getTransports?.() ?? [],
      },
    };
  };

  const proven = async (options) => {
    const { challenge, allowCredentials } = options;
    const key = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(challenge), allowCredentials: named(allowCredentials) },
    });
    const { clientDataJSON, authenticatorData, signature, userHandle } = key.response;
    return {
      ...about(key),
      response: {
        clientDataJSON: text(clientDataJSON),
        authenticatorData: text(authenticatorData),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    };
  };

  const about = (key) => ({
    type: key.type,
    id: key.id,
    rawId: text(key.rawId),
    clientExtensionResults: key.getClientExtensionResults(),
  });

  const say = (words) =>
    document.dispatchEvent(new CustomEvent("toast", { detail: { level: "warn", text: words } }));

  for (const note of document.querySelectorAll("[data-without-passkeys]")) note.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const from = form.dataset.optionsFrom;
        const wire = from ? await (await fetch(from)).text() : form.dataset.options;
        const { publicKey } = JSON.parse(wire);
        const answer = await (form.dataset.passkey === "add" ? made(publicKey) : proven(publicKey));
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        if (error.name === "InvalidStateError") say("This device holds a passkey of yours already.");
        else say("No passkey was used. Try again, or take another way.");
      }
    });
  }
}
