import { classify, typeOf } from '../classify.js';
import { HttpError } from '../http-error.js';
import { maxBytes } from '../limits.js';
import { model } from '../model-bundle.js';

// Many images: each is a message of a queue, and Cloudflare starts as many consumers as the queue needs. A queue may deliver a
// message twice, so a result is stored under its image's key and storing it again changes nothing.

/** Most keys of one listing, and most messages that a queue takes at once. */
const [keysPerPage, messagesPerSend] = [1000, 100];

/** POST /?prefix=… starts; the answer is there before any image has been looked at. */
async function start(request, env) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== '/') throw new HttpError(404, 'not-found', `nothing at ${pathname}; POST to /?prefix=…`);
  if (request.method !== 'POST') throw new HttpError(405, 'method', `${request.method}; POST to /?prefix=…`);
  const prefix = searchParams.get('prefix') ?? '';
  await env.QUEUE.send({ page: { prefix } });
  return { started: prefix };
}

/** Lists one page of images and sends a message for each, then one for the next page: any number of images, no long request. */
async function sendPage({ prefix, cursor }, env) {
  const page = await env.IMAGES.list({ prefix, limit: keysPerPage, ...(cursor && { cursor }) });
  const messages = page.objects.map(({ key }) => ({ body: { key } }));
  for (let i = 0; i < messages.length; i += messagesPerSend) {
    await env.QUEUE.sendBatch(messages.slice(i, i + messagesPerSend));
  }
  if (page.truncated) await env.QUEUE.send({ page: { prefix, cursor: page.cursor } });
}

/** What is known of an image afterwards: its classes, or why it has none. */
async function resultOf(object) {
  try {
    const type = typeOf(object.httpMetadata?.contentType);
    if (object.size > maxBytes) throw new HttpError(413, 'too-large', `${object.size} bytes; at most ${maxBytes}`);
    return await classify(model, new Uint8Array(await object.arrayBuffer()), type);
  } catch (error) {
    // An image that is not an image will not become one by trying again; anything else may.
    if (error instanceof HttpError) return { error: error.message, code: error.code };
    throw error;
  }
}

async function handle({ page, key }, env) {
  if (page) return sendPage(page, env);
  const object = await env.IMAGES.get(key);
  const result = object ? await resultOf(object) : { error: 'deleted before it was classified', code: 'not-found' };
  await env.RESULTS.put(`${key}.json`, JSON.stringify({ key, ...result }), {
    httpMetadata: { contentType: 'application/json' },
  });
}

export default {
  async fetch(request, env) {
    try {
      return Response.json(await start(request, env), { status: 202 });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return Response.json({ error: error.message, code: error.code }, { status: error.status });
    }
  },

  /** Each message is acknowledged when its result is stored, so that one that fails is tried again alone. */
  async queue(batch, env) {
    for (const message of batch.messages) {
      try {
        await handle(message.body, env);
        message.ack();
      } catch (error) {
        console.error(message.body, error);
        message.retry({ delaySeconds: Math.min(2 ** message.attempts, 60) });
      }
    }
  },
};
