/** Frames of a camera, one at a time: the next is asked for when the last has been dealt with. */
export class Camera {
  readonly video: HTMLVideoElement;
  readonly #onFrame: () => Promise<void>;
  readonly #onFailure: (cause: unknown) => void;
  #stream: MediaStream | undefined;

  constructor(video: HTMLVideoElement, onFrame: () => Promise<void>, onFailure: (cause: unknown) => void) {
    this.video = video;
    this.#onFrame = onFrame;
    this.#onFailure = onFailure;
  }

  get running(): boolean {
    return this.#stream !== undefined;
  }

  async start(): Promise<void> {
    if (!navigator.mediaDevices) throw new Error('this page may use no camera: open it by https or on localhost');
    this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    this.video.srcObject = this.#stream;
    await this.video.play();
    this.#loop().catch(this.#onFailure);
  }

  stop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.video.srcObject = null;
  }

  async #loop(): Promise<void> {
    while (this.#stream) {
      await new Promise(requestAnimationFrame);
      if (this.#stream && this.video.videoWidth > 0) await this.#onFrame();
    }
  }
}
