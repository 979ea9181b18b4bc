/** A request that gets an answer other than 200: its status, a code for programs and a sentence for people. */
export class HttpError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const damaged = (what) => new HttpError(400, 'damaged', what);
/** Nobody reads this answer; it keeps a connection that was closed out of the log of errors. */
export const hungUp = (what) => new HttpError(499, 'hung-up', what);
export const tooLarge = (what) => new HttpError(413, 'too-large', what);
export const wrongType = (what) => new HttpError(415, 'type', what);
export const unusable = (what) => new HttpError(422, 'unusable', what);
