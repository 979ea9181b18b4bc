/** What engine.float.wasm exports; assembly/float/NAME.ts says what each means. Addresses are bytes, sizes elements. */
export interface FloatExports {
  readonly memory: WebAssembly.Memory;

  product(
    a: number,
    aStep: number,
    pixels: number,
    depth: number,
    weights: number,
    bias: number,
    y: number,
    yStep: number,
    outputs: number,
    low: number,
    high: number,
  ): void;

  gather(
    x: number,
    to: number,
    first: number,
    count: number,
    h: number,
    w: number,
    c: number,
    depth: number,
    windowH: number,
    windowW: number,
    strideH: number,
    strideW: number,
    dilationH: number,
    dilationW: number,
    top: number,
    left: number,
    outWidth: number,
  ): void;

  depthwise(
    x: number,
    weights: number,
    bias: number,
    zeros: number,
    y: number,
    taps: number,
    h: number,
    w: number,
    channels: number,
    multiplier: number,
    windowH: number,
    windowW: number,
    strideH: number,
    strideW: number,
    dilationH: number,
    dilationW: number,
    top: number,
    left: number,
    outHeight: number,
    outWidth: number,
    low: number,
    high: number,
  ): void;
}
