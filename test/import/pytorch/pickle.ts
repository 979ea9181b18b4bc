/** A pickle of protocol 2, written opcode by opcode. */
export class PickleWriter {
  readonly #bytes: number[] = [0x80, 2];

  raw(...bytes: readonly number[]): this {
    this.#bytes.push(...bytes);
    return this;
  }

  ascii(text: string): this {
    return this.raw(...[...text].map((letter) => letter.charCodeAt(0)));
  }

  text(text: string): this {
    return this.raw(0x58, text.length, 0, 0, 0).ascii(text);
  }

  number(value: number): this {
    return this.raw(0x4a, value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
  }

  global(module: string, name: string): this {
    return this.ascii(`c${module}\n${name}\n`);
  }

  numbers(values: readonly number[]): this {
    this.ascii('(');
    for (const value of values) this.number(value);
    return this.ascii('t');
  }

  /** _rebuild_tensor_v2(storage, offset, shape, strides, False, OrderedDict()). */
  tensor(storage: string, key: string, offset: number, shape: readonly number[], strides: readonly number[]): this {
    this.global('torch._utils', '_rebuild_tensor_v2').ascii('((').text('storage').global('torch', storage);
    this.text(key).text('cpu').number(0).ascii('tQ').number(offset).numbers(shape).numbers(strides);
    return this.raw(0x89).global('collections', 'OrderedDict').ascii(')RtR');
  }

  get bytes(): Uint8Array {
    return new Uint8Array([...this.#bytes, 0x2e]);
  }
}
