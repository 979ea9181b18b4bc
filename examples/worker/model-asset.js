import { load } from 'liteblock';

let model;

/**
 * A .lbm that is uploaded beside the Worker and counts nothing in its size: for models of megabytes, or several. There is no
 * fetching while a Worker starts, so the first request loads it. What is kept is the model and not the promise of
 * one: a request must not wait for the fetch of another, which ends with that one if its client goes away.
 */
export async function assetModel(env) {
  model ??= await load(await env.ASSETS.fetch('https://assets.local/model.lbm'));
  return model;
}
