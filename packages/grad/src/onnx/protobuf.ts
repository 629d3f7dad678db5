const encoder = new TextEncoder();
const embedBytes = 4096;

/**
 * Writes protocol-buffer messages forwards, in one growing buffer. Lengths of nested messages are
 * written as five-byte varints and filled in afterwards, so nothing is encoded twice. Byte strings
 * over 4 KiB are kept by reference and copied once, at the end.
 */
export class ProtobufWriter {
  private buffer = new Uint8Array(1 << 14);
  private length = 0;
  private readonly references: { at: number; bytes: Uint8Array }[] = [];
  private referencedBytes = 0;

  /** A varint field; negative numbers take ten bytes, as the format has it. */
  int(field: number, value: number | bigint): void {
    this.varint(field << 3);
    this.varint(value);
  }

  /** A 32-bit float field. */
  float(field: number, value: number): void {
    this.varint((field << 3) | 5);
    this.reserve(4);
    new DataView(this.buffer.buffer).setFloat32(this.length, value, true);
    this.length += 4;
  }

  /** A UTF-8 string field. */
  string(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  /** A byte-string field; `value` must not change before {@link finish}. */
  bytes(field: number, value: Uint8Array): void {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    if (value.length >= embedBytes) {
      this.references.push({ at: this.length, bytes: value });
      this.referencedBytes += value.length;
      return;
    }
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  /** A nested message that `write` fills. */
  message(field: number, write: () => void): void {
    this.varint((field << 3) | 2);
    this.reserve(5);
    const lengthAt = this.length;
    this.length += 5;
    const referencedBefore = this.referencedBytes;
    write();
    let size = this.length - lengthAt - 5 + this.referencedBytes - referencedBefore;
    for (let i = 0; i < 4; i++) {
      this.buffer[lengthAt + i] = (size % 128) | 128;
      size = Math.floor(size / 128);
    }
    this.buffer[lengthAt + 4] = size;
  }

  /** All that was written. */
  finish(): Uint8Array {
    const result = new Uint8Array(this.length + this.referencedBytes);
    let from = 0;
    let to = 0;
    for (const { at, bytes } of this.references) {
      result.set(this.buffer.subarray(from, at), to);
      to += at - from;
      from = at;
      result.set(bytes, to);
      to += bytes.length;
    }
    result.set(this.buffer.subarray(from, this.length), to);
    return result;
  }

  private varint(value: number | bigint): void {
    this.reserve(10);
    if (typeof value === 'bigint' || value < 0 || value > 0x7fffffff) {
      let rest = BigInt.asUintN(64, BigInt(value));
      while (rest > 127n) {
        this.buffer[this.length++] = Number(rest & 127n) | 128;
        rest >>= 7n;
      }
      this.buffer[this.length++] = Number(rest);
      return;
    }
    let rest = value;
    while (rest > 127) {
      this.buffer[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + count));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }
}
