// The room: connects socket, call, devices and screen.
import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { devices } from "./devices.js";
import { Line } from "./line.js";
import { Media } from "./media.js";
import { Notes } from "./notes.js";
import { Peer } from "./peer.js";
import { Signal } from "./signal.js";
import { problems, switches } from "./switches.js";
import { Tiles } from "./tiles.js";

const OVER = {
  left: ["You left the room", "You can come back until it closes."],
  elsewhere: ["You are in the room elsewhere", "It was opened in another window or on another device."],
  "signed-out": ["You were signed out", "Sign in again to go back to the room."],
  over: ["This is over", "You can close this page now."],
  failed: ["This browser can't do calls", "Use a current version of Chrome, Edge, Firefox or Safari."],
};
// For these reasons the page of the session says more.
const TO_THE_SESSION = new Set(["finished", "ended", "time", "cancelled", "over", "suspended", "refused"]);
// How long to wait for the server's answer, in milliseconds.
const FINISHED_AFTER = 5_000;

class Room {
  peer = null;
  other = null;
  lost = null;
  isOver = false;

  constructor(root) {
    this.root = root;
    const name = root.dataset.other;
    this.media = new Media();
    this.signal = new Signal(root.dataset.ticket);
    this.tiles = new Tiles(root, name);
    this.chat = new Chat(root, this.signal, name);
    new Notes(root, this.chat);
    this.clock = new Clock(root);
    this.line = new Line(root.querySelector("[data-link]"), name);
    switches(root, this.media);
    problems(root.querySelector("[data-problem]"), this.media);
    this.listen();
  }

  async open() {
    if (!window.RTCPeerConnection) return this.end("failed");
    await this.media.start();
    this.signal.open();
  }

  listen() {
    this.signal.addEventListener("message", ({ detail }) => this.take(detail));
    this.signal.addEventListener("down", () => this.line.know({ isServerThere: false }));
    this.signal.addEventListener("end", ({ detail }) => this.end(detail));
    this.media.addEventListener("track", ({ detail }) => this.peer?.put(detail.lane, detail.track));
    this.media.addEventListener("change", () => this.sayWhatRuns());
    const share = this.root.querySelector("[data-share]");
    share.hidden = !this.media.canShare;
    share.addEventListener("click", () => this.media.share());
    this.listenToGoodbyes();
    const dialog = this.root.querySelector("[data-choose]");
    devices(dialog, this.media);
    this.root.querySelector("[data-choose-button]").addEventListener("click", () => dialog.showModal());
  }

  listenToGoodbyes() {
    const dialog = this.root.querySelector("[data-goodbye]");
    const leave = () => {
      this.signal.leave();
      this.end("left");
    };
    this.root.querySelector("[data-leave]").addEventListener("click", () => (dialog ? dialog.showModal() : leave()));
    dialog?.querySelector("[data-go]").addEventListener("click", leave);
    dialog?.querySelector("[data-finish]").addEventListener("click", ({ currentTarget }) => this.finish(currentTarget));
    dialog?.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
  }

  // The server answers with the end once it is settled, so that the page of the session shows it.
  finish(button) {
    button.setAttribute("aria-busy", "true");
    const isSent = this.signal.send({ type: "finish" });
    setTimeout(() => this.end("finished"), isSent ? FINISHED_AFTER : 0);
  }

  take(message) {
    const act = {
      welcome: () => this.welcome(message),
      joined: () => this.meet(message),
      left: () => this.miss(message),
      media: () => this.tiles.says(message),
      chat: () => this.chat.add(message),
      clock: () => this.clock.set(message),
    }[message.type];
    if (act) act();
    else if (this.peer?.page === message.page) this.peer.take(message);
  }

  welcome(message) {
    this.leads = message.leads;
    this.iceServers = message.ice_servers;
    this.clock.set(message);
    this.chat.history(message.chat, message.me);
    this.line.know({ isServerThere: true });
    if (message.other) this.meet(message.other);
    else if (this.peer?.state !== "connected") this.miss(this.other);
    this.sayWhatRuns();
  }

  // The other side joined or rejoined: a known page continues its call, a new one starts one.
  meet({ page, connection }) {
    this.other = { page, connection };
    this.lost = null;
    if (this.peer?.page === page) this.peer.resume();
    else this.call(page);
    this.tiles.here(true);
    this.line.know({ isHere: true });
    this.sayWhatRuns();
  }

  call(page) {
    this.peer?.close();
    const { signal, leads, iceServers, media } = this;
    this.peer = new Peer({ signal, leads, page, iceServers, tracks: { ...media.tracks } });
    this.peer.addEventListener("track", ({ detail }) => this.tiles.remote(detail));
    this.peer.addEventListener("state", () => {
      if (this.lost && this.peer?.state !== "connected") this.miss(this.lost);
      this.line.know({});
    });
    this.line.know({ peer: this.peer });
    this.peer.start();
  }

  // The other side left. If only its socket disconnected, the call itself still runs.
  miss(gone) {
    if (gone && gone.connection !== this.other?.connection) return;
    if (gone && !gone.goodbye && this.peer?.state === "connected") return void (this.lost = gone);
    this.peer?.close();
    this.peer = this.other = this.lost = null;
    this.tiles.here(false);
    this.line.know({ peer: null, isHere: false });
  }

  sayWhatRuns() {
    const { media } = this;
    this.tiles.own(media);
    this.root.querySelector("[data-share] [data-label]").textContent = media.isOn("screen") ? "Stop sharing" : "Share";
    this.signal.send({ type: "media", camera: media.isOn("camera"), microphone: media.isOn("microphone"), screen: media.isOn("screen") });
  }

  end(reason) {
    if (this.isOver) return;
    this.isOver = true;
    this.peer?.close();
    this.media.stop();
    const isOver = TO_THE_SESSION.has(reason);
    // An app's web view has no page to go on to: it shows the room alone.
    if (isOver && this.root.dataset.page) return location.replace(this.root.dataset.page);
    const [title, words] = OVER[isOver ? "over" : reason] ?? OVER.left;
    this.root.querySelector("[data-goodbye]")?.close();
    this.root.dataset.over = "true";
    this.root.querySelector("[data-over-title]").textContent = title;
    this.root.querySelector("[data-over-words]").textContent = words;
    const again = this.root.querySelector("[data-again]");
    again.textContent = reason === "elsewhere" ? "Use it here" : "Come back in";
    again.hidden = isOver || reason === "failed";
    this.root.querySelector("[data-over]").hidden = false;
    this.root.querySelector("[data-over-title]").focus();
  }
}

// A video without data would keep the page in state "loading", so wait for the page first.
const root = document.querySelector("[data-room]");
const begin = () => new Room(root).open();
if (document.readyState === "complete") begin();
else addEventListener("load", begin, { once: true });
