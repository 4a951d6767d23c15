// The video tiles: who is shown, how large, and the text where there is no video.
export class Tiles {
  #root;
  #other;
  #streams = { other: new MediaStream(), screen: new MediaStream(), self: new MediaStream() };
  #shown = { camera: false, microphone: false, screen: false };
  #ownScreen = null;
  #isHere = false;

  constructor(root, otherName) {
    this.#root = root;
    this.#other = otherName;
    this.sound = root.querySelector("[data-sound]");
    this.sound.addEventListener("click", () => this.#play("other"));
    for (const name of Object.keys(this.#streams)) this.#video(name).srcObject = this.#streams[name];
  }

  own({ tracks }) {
    this.#put("self", "video", tracks.camera);
    this.#tile("self").dataset.picture = Boolean(tracks.camera);
    this.#tile("self").dataset.muted = !tracks.audio?.enabled;
    if (tracks.screen !== this.#ownScreen) {
      this.#ownScreen = tracks.screen;
      this.#arrange();
    }
  }

  remote({ lane, track }) {
    if (lane === "screen") this.#put("screen", "video", track);
    else this.#put("other", track.kind, track);
    // A muted track may start at any time; some browsers then need the source set again.
    track.addEventListener("unmute", () => this.#play(lane === "screen" ? "screen" : "other"));
    this.#play(lane === "screen" ? "screen" : "other");
  }

  // The state that the other side sent of its camera, microphone and screen.
  says({ camera, microphone, screen }) {
    this.#shown = { camera, microphone, screen };
    this.#tile("other").dataset.picture = camera;
    this.#tile("other").dataset.muted = !microphone;
    this.#arrange();
  }

  here(isHere) {
    this.#isHere = isHere;
    if (!isHere) this.says({ camera: false, microphone: true, screen: false });
    this.#arrange();
  }

  #arrange() {
    const stage = this.#root.querySelector("[data-stage]");
    const isTheirs = this.#shown.screen && this.#isHere;
    const hasScreen = isTheirs || Boolean(this.#ownScreen);
    if (isTheirs) this.#video("screen").srcObject = this.#streams.screen;
    else if (this.#ownScreen) this.#video("screen").srcObject = new MediaStream([this.#ownScreen]);
    this.#root.querySelector("[data-screen-name]").textContent = isTheirs ? `${this.#other} shares this screen` : "You share this screen";
    this.#tile("screen").hidden = !hasScreen;
    this.#tile("other").hidden = !this.#isHere;
    this.#root.querySelector("[data-wait]").hidden = this.#isHere;
    stage.dataset.layout = hasScreen ? "screen" : this.#isHere ? "pair" : "alone";
  }

  #put(name, kind, track) {
    const stream = this.#streams[name];
    for (const old of stream.getTracks()) if (old.kind === kind && old !== track) stream.removeTrack(old);
    if (track) stream.addTrack(track);
  }

  async #play(name) {
    try {
      await this.#video(name).play();
      if (name === "other") this.sound.hidden = true;
    } catch (error) {
      // Browsers block sound until the user has interacted with the page.
      if (error.name === "NotAllowedError" && name === "other") this.sound.hidden = false;
    }
  }

  #tile(name) {
    return this.#root.querySelector(`[data-tile="${name}"]`);
  }

  #video(name) {
    return this.#root.querySelector(`[data-video="${name}"]`);
  }
}
