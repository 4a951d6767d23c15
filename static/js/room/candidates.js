// ICE candidates of the other side: queued until the connection has the description they belong to.
export class Candidates {
  #waiting = [];

  clear() {
    this.#waiting = [];
  }

  async add(connection, candidate) {
    if (!connection?.remoteDescription) return void this.#waiting.push(candidate);
    // A candidate of an earlier attempt is invalid now; that is no error.
    await connection.addIceCandidate(candidate).catch(() => {});
  }

  async use(connection) {
    for (const candidate of this.#waiting.splice(0)) await this.add(connection, candidate);
  }
}
