// Camera, microphone and screen of this side. Without permission for one, the call goes on without.
const KEY = "peerloop-room";
// Enough for a face in half a window, on slow machines and connections too.
const SIZES = { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { ideal: 24 } };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

// How long it is said that a device stopped and another one is used.
const SAID_FOR = 15_000;
const KINDS = { audio: "microphone", camera: "camera" };

const CAUSES = {
  NotAllowedError: "The browser does not allow it. Allow it beside the address, then try again.",
  NotFoundError: "None was found.",
  NotReadableError: "Another program uses it. Close that, then try again.",
  OverconstrainedError: "The chosen one is gone.",
};

export function remembered() {
  try {
    return { camera: true, microphone: true, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { camera: true, microphone: true };
  }
}

export class Media extends EventTarget {
  tracks = { audio: null, camera: null, screen: null };
  problems = { camera: "", microphone: "" };
  // What happened to a device without anybody's doing.
  news = "";
  #isStopped = false;

  constructor() {
    super();
    this.wishes = remembered();
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#say("devices"));
  }

  get canShare() {
    return Boolean(navigator.mediaDevices?.getDisplayMedia);
  }

  isOn(kind) {
    if (kind === "microphone") return Boolean(this.tracks.audio?.enabled);
    return Boolean(this.tracks[kind]);
  }

  // Both in one permission prompt; if that fails, one after the other.
  async start() {
    const { camera, microphone } = this.wishes;
    try {
      if (!camera || !microphone) throw new DOMException("not both wanted", "Partial");
      const stream = await this.#ask({ camera: true, microphone: true });
      this.#use("camera", stream.getVideoTracks()[0]);
      this.#use("audio", stream.getAudioTracks()[0]);
    } catch {
      // A muted microphone stays open, so that unmuting needs no prompt.
      await this.#open("audio", "microphone");
      if (this.tracks.audio) this.tracks.audio.enabled = microphone;
      if (camera) await this.#open("camera", "camera");
    }
    this.#say("change");
  }

  async toggle(kind) {
    const wish = !this.isOn(kind);
    if (kind === "microphone") {
      if (!this.tracks.audio) await this.#open("audio", "microphone");
      else this.tracks.audio.enabled = !this.tracks.audio.enabled;
    } else if (this.tracks.camera) this.#use("camera", null);
    else await this.#open("camera", "camera");
    this.#remember({ [kind]: wish });
    this.#say("change");
  }

  async choose(kind, deviceId) {
    this.#remember({ [`${kind}Id`]: deviceId });
    const lane = kind === "microphone" ? "audio" : "camera";
    if (!this.tracks[lane] && kind === "camera") return;
    const wasOn = this.isOn(kind);
    await this.#open(lane, kind);
    if (lane === "audio" && this.tracks.audio) this.tracks.audio.enabled = wasOn;
    this.#say("change");
  }

  async share() {
    if (this.tracks.screen) this.#use("screen", null);
    else {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: false });
        const [track] = stream.getVideoTracks();
        track.contentHint = "detail";
        this.#use("screen", track);
      } catch {
        // Closing the browser's prompt counts as no.
      }
    }
    this.#say("change");
  }

  stop() {
    this.#isStopped = true;
    for (const lane of Object.keys(this.tracks)) this.#use(lane, null);
  }

  async #open(lane, kind) {
    try {
      const stream = await this.#ask({ [kind]: true });
      const [track] = stream.getTracks();
      // The room may have been left meanwhile.
      if (this.#isStopped) return track.stop();
      this.#use(lane, track);
      this.problems[kind] = "";
    } catch (error) {
      this.#use(lane, null);
      this.problems[kind] = CAUSES[error.name] ?? "It can't be used right now.";
    }
  }

  async #ask({ camera, microphone }) {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("no devices", "NotFoundError");
    const chosen = (id) => (id ? { deviceId: { ideal: id } } : {});
    return navigator.mediaDevices.getUserMedia({
      video: camera ? { ...SIZES, ...chosen(this.wishes.cameraId) } : false,
      audio: microphone ? { ...SOUND, ...chosen(this.wishes.microphoneId) } : false,
    });
  }

  #use(lane, track) {
    const old = this.tracks[lane];
    if (old === track) return;
    old?.stop();
    this.tracks[lane] = track ?? null;
    // The device was unplugged, or sharing was stopped in the browser's own bar.
    track?.addEventListener("ended", async () => {
      if (this.tracks[lane] !== track) return;
      this.#use(lane, null);
      if (KINDS[lane]) await this.#replace(lane, track);
      this.#say("change");
    });
    this.dispatchEvent(new CustomEvent("track", { detail: { lane, track: this.tracks[lane] } }));
  }

  // Take the default device in place of one that stopped, as loud or silent as that was.
  async #replace(lane, { enabled }) {
    const kind = KINDS[lane];
    this.wishes[`${kind}Id`] = "";
    await this.#open(lane, kind);
    const track = this.tracks[lane];
    if (track && lane === "audio") track.enabled = enabled;
    const next = track ? ` ${track.label || "The default one"} is used now.` : "";
    this.#tell(`Your ${kind} stopped.${next}`);
  }

  #tell(news) {
    this.news = news;
    setTimeout(() => {
      if (this.news !== news) return;
      this.news = "";
      this.#say("change");
    }, SAID_FOR);
  }

  #remember(wishes) {
    Object.assign(this.wishes, wishes);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.wishes));
    } catch {
      // Without storage the browser asks again next time.
    }
  }

  #say(name) {
    this.dispatchEvent(new Event(name));
  }
}
