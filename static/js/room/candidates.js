// Ways to the other side: kept until the connection knows whose they are.
export class Candidates {
  #waiting = [];

  clear() {
    this.#waiting = [];
  }

  async add(connection, candidate) {
    if (!connection?.remoteDescription) return void this.#waiting.push(candidate);
    // One of an older attempt fits no longer; that is no failure.
    await connection.addIceCandidate(candidate).catch(() => {});
  }

  async use(connection) {
    for (const candidate of this.#waiting.splice(0)) await this.add(connection, candidate);
  }
}
