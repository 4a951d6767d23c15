// The WebRTC call. Only the teacher's side makes offers, so two offers never collide; the student's side
// requests one. Three transceivers exist from the start (sound, camera, screen): switching one on or
// off only replaces its track.
import { Candidates } from "./candidates.js";
import { Patience } from "./patience.js";

const LANES = ["audio", "camera", "screen"];
const FORGIVE = 3_000;
const FRESH_AFTER = 3;

export class Peer extends EventTarget {
  #given;
  #connection = null;
  #candidates = new Candidates();
  #line = Promise.resolve();
  #turn = 0;
  #patience = new Patience((tries) => this.#anew(tries));

  // given: { signal, leads, page, iceServers, tracks }; page is the id of the other side's browser page.
  constructor(given) {
    super();
    this.#given = given;
  }

  get page() {
    return this.#given.page;
  }

  get connection() {
    return this.#connection;
  }

  get state() {
    return this.#connection?.connectionState ?? "new";
  }

  start() {
    if (this.#given.leads) this.#inLine(() => this.#offer(true));
    else this.#patience.wait();
  }

  // The socket of one side reconnected: messages sent meanwhile are lost.
  resume() {
    if (this.state === "connected") return;
    if (this.#given.leads) this.#inLine(() => this.#offer(this.#connection === null));
    else this.#say("restart", { fresh: this.#connection === null });
  }

  take(message) {
    const act = {
      offer: () => this.#answer(message),
      answer: () => this.#accept(message),
      candidate: () => this.#candidates.add(this.#connection, message.candidate),
      restart: () => this.#given.leads && this.#offer(message.fresh),
    }[message.type];
    if (act) this.#inLine(act);
  }

  async put(lane, track) {
    this.#given.tracks[lane] = track;
    const sender = this.#sender(lane);
    if (sender) await sender.replaceTrack(track);
  }

  close() {
    this.#patience.rest();
    this.#connection?.close();
    this.#connection = null;
  }

  // In sequence: a candidate must not be added before its description.
  #inLine(act) {
    this.#line = this.#line.then(act).catch((error) => {
      console.warn("call:", error.message);
      this.#patience.wait();
    });
  }

  #build() {
    this.close();
    this.#candidates.clear();
    const connection = new RTCPeerConnection({ iceServers: this.#given.iceServers });
    this.#connection = connection;
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) this.#say("candidate", { candidate: candidate.toJSON() });
    });
    connection.addEventListener("track", ({ transceiver, track }) => {
      const lane = LANES[connection.getTransceivers().indexOf(transceiver)];
      this.dispatchEvent(new CustomEvent("track", { detail: { lane, track } }));
    });
    connection.addEventListener("connectionstatechange", () => this.#changed(connection));
    return connection;
  }

  async #offer(fresh) {
    if (fresh || !this.#connection) {
      const connection = this.#build();
      fresh = true;
      for (const lane of LANES) connection.addTransceiver(lane === "audio" ? "audio" : "video", { direction: "sendrecv" });
      await this.#fill();
    }
    const connection = this.#connection;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: !fresh }));
    this.#turn += 1;
    this.#say("offer", { sdp: connection.localDescription.sdp, turn: this.#turn, fresh });
    this.#patience.wait();
  }

  async #answer({ sdp, turn, fresh }) {
    if (fresh) this.#build();
    if (!this.#connection) return void this.#say("restart", { fresh: true });
    const connection = this.#connection;
    await connection.setRemoteDescription({ type: "offer", sdp });
    for (const transceiver of connection.getTransceivers()) transceiver.direction = "sendrecv";
    await this.#fill();
    await connection.setLocalDescription(await connection.createAnswer());
    this.#say("answer", { sdp: connection.localDescription.sdp, turn });
    await this.#candidates.use(connection);
    this.#patience.wait();
  }

  async #accept({ sdp, turn }) {
    if (turn !== this.#turn || this.#connection?.signalingState !== "have-local-offer") return;
    await this.#connection.setRemoteDescription({ type: "answer", sdp });
    await this.#candidates.use(this.#connection);
  }

  async #fill() {
    for (const lane of LANES) await this.#sender(lane)?.replaceTrack(this.#given.tracks[lane] ?? null);
  }

  #say(type, words) {
    this.#given.signal.send({ type, to: this.page, ...words });
  }

  #sender(lane) {
    return this.#connection?.getTransceivers()[LANES.indexOf(lane)]?.sender;
  }

  #changed(connection) {
    if (connection !== this.#connection) return;
    if (this.state === "connected") this.#patience.rest({ isDone: true });
    else if (this.state === "disconnected") this.#patience.wait(FORGIVE);
    else if (this.state === "failed") this.#patience.wait(0);
    this.dispatchEvent(new Event("state"));
  }

  // Not connected in time: restart ICE, then build a new connection if that does not help.
  #anew(tries) {
    if (this.state === "connected" || this.state === "closed") return;
    const fresh = !this.#connection || tries % FRESH_AFTER === 0;
    if (this.#given.leads) this.#inLine(() => this.#offer(fresh));
    else {
      this.#say("restart", { fresh });
      this.#patience.wait();
    }
  }
}
