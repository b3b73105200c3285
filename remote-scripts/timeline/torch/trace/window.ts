const firstCapacity = 2 ** 20 + 2 ** 16

/** The bytes that are being read: what is left of the last piece, and the next. A zero byte follows the last. */
export class ByteWindow {
  bytes = new Uint8Array(firstCapacity)
  /** Where the next byte to read lies. */
  at = 0
  end = 0
  /** Bytes before `bytes[0]`. */
  before = 0

  get left(): number {
    return this.end - this.at
  }

  /** Place in the whole file. */
  get position(): number {
    return this.before + this.at
  }

  /** Takes as much of the piece from `from` on as there is room for; how much that was. */
  take(piece: Uint8Array, from: number): number {
    if (this.at > 0) {
      this.bytes.copyWithin(0, this.at, this.end)
      this.before += this.at
      this.end -= this.at
      this.at = 0
    }
    if (this.end > this.bytes.length / 2) {
      const larger = new Uint8Array(2 * this.bytes.length)
      larger.set(this.bytes)
      this.bytes = larger
    }
    const taken = Math.min(piece.length - from, this.bytes.length - this.end - 1)
    this.bytes.set(piece.subarray(from, from + taken), this.end)
    this.end += taken
    this.bytes[this.end] = 0
    return taken
  }
}
