import { classify, typeOf } from './classify.js';
import { HttpError } from './http-error.js';
import { readBody } from './limits.js';
import { assetModel } from './model-asset.js';
import { model as bundled } from './model-bundle.js';
import { model as fromData } from './model-data.js';

/** Three ways to bring a model along. A Worker of your own needs one of them. */
const models = {
  '/': () => bundled,
  '/bundle': () => bundled,
  '/data': () => fromData,
  '/asset': assetModel,
};

async function answer(request, env) {
  const { pathname, searchParams } = new URL(request.url);
  const modelOf = Object.hasOwn(models, pathname) ? models[pathname] : undefined;
  if (!modelOf) throw new HttpError(404, 'not-found', `nothing at ${pathname}; POST an image to /`);
  if (request.method !== 'POST') throw new HttpError(405, 'method', `${request.method} at ${pathname}; POST an image`);
  const bytes = await readBody(request);
  const type = typeOf(request.headers.get('content-type'));
  return classify(await modelOf(env), bytes, type, { quantized: searchParams.has('raw') });
}

/** POST an image, get its classes. */
export default {
  async fetch(request, env) {
    try {
      return Response.json(await answer(request, env));
    } catch (error) {
      const status = error.status ?? 500;
      if (status === 500) console.error(error);
      const { code = 'internal', message } = error;
      const headers = status === 405 ? { allow: 'POST' } : {};
      return Response.json(
        { error: status === 500 ? 'the image could not be classified' : message, code },
        { status, headers },
      );
    }
  },
};
