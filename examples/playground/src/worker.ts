import { LiteBlockError } from '../../../src/format/errors.ts';
import { isModel } from '../../../src/format/read.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { isJson, isSafetensors } from '../../../src/jobs/file-start.ts';
import type { Imported, Progress } from './compiler.ts';
import type { Calls, Failure, ImageInput, Images, NamedFile, Reply, Request, View } from './protocol.ts';
import { openSession, type Session } from './session.ts';

/** Everything that takes time, so that the page stays smooth. The compiler is fetched when there is something to compile. */

const compiler = () => import('./compiler.ts');
const send = (reply: Reply): void => self.postMessage(reply);

let session: Session | undefined;
let float: { readonly graph: Graph; readonly source: string; readonly input: ImageInput } | undefined;
/** A state_dict of PyTorch by its name: a .pt2, a zip as well, is a whole model. */
const isStateDict = ({ name }: NamedFile): boolean => /\.pth?$/i.test(name);

/** A network.json or a file of weights that waits for the other. */
let half: { json?: NamedFile; weights?: NamedFile } = {};

function forget(): void {
  session?.dispose();
  session = undefined;
  float = undefined;
}

async function open(files: readonly NamedFile[]): Promise<View> {
  const json = files.find(({ bytes }) => isJson(bytes));
  const weights = files.find((file) => !isJson(file.bytes) && (isSafetensors(file.bytes) || isStateDict(file)));
  if (json || weights) return openPair({ ...half, ...(json && { json }), ...(weights && { weights }) });
  const [file, ...others] = files;
  if (!file) throw new LiteBlockError('input', 'no file was given');
  if (others.length > 0) throw new LiteBlockError('input', `${files.length} files: expected one model at a time`);
  half = {};
  forget();
  if (isModel(file.bytes)) return start({ fileName: file.name, bytes: file.bytes, compiled: false });
  return take(await (await compiler()).importFile(file), file.name);
}

async function openPair(pair: typeof half): Promise<View> {
  forget();
  half = pair;
  const { json, weights } = pair;
  if (!json) {
    if (weights && isStateDict(weights)) await checkWeights(weights);
    return { kind: 'waiting', text: `${weights?.name} are weights: now add the network.json that they belong to` };
  }
  if (!weights)
    return { kind: 'waiting', text: `${json.name} is a network: now add its weights, a .safetensors or a .pt` };
  half = {};
  return take(await (await compiler()).importPair(json, weights), json.name);
}

/** Refuses at once what is not a state_dict, such as a whole module, which no network.json would mend. */
async function checkWeights(weights: NamedFile): Promise<void> {
  try {
    (await compiler()).checkWeights(weights);
  } catch (cause) {
    half = {};
    throw cause;
  }
}

async function take(imported: Imported, source: string): Promise<View> {
  if (imported.kind === 'compiled') return start(imported.opening);
  float = { graph: imported.graph, source, input: imported.view.input };
  return imported.view;
}

async function start(opening: Parameters<typeof openSession>[0]): Promise<Session['view']> {
  session?.dispose();
  session = await openSession(opening);
  return session.view;
}

function ready(): Session {
  if (!session) throw new LiteBlockError('usage', 'there is no int8 model to run');
  return session;
}

async function imagesIn(given: Images | NamedFile): Promise<Images['pixels'][]> {
  const input = session?.view.input ?? float?.input;
  if (!input) throw new LiteBlockError('usage', 'the model has several inputs: a page gives it one image');
  const { split, valuesOf } = await import('./images.ts');
  return split('pixels' in given ? given.pixels : valuesOf(given, input), input);
}

const calls = (progress: Progress): Calls => ({
  open,
  resume: ({ name, bytes }) => start({ fileName: name, bytes, compiled: true }),
  async quantize(request) {
    if (!float) throw new LiteBlockError('usage', 'there is no float model to quantise');
    const { graph, source } = float;
    const { opening, report } = await (await compiler()).quantizeModel(graph, source, request, progress);
    return { view: await start(opening), report };
  },
  async image(file, i) {
    const images = await imagesIn(file);
    return { pixels: (images[i % images.length] as Uint8Array).slice(), count: images.length };
  },
  run: async (image, preprocessing) => ready().run(image, preprocessing),
  async classify(given, preprocessing) {
    const images = await imagesIn(given);
    const [source, model] = ['source' in given ? given.source : given.name, ready()];
    return images.map((pixels) => model.classOf({ source, pixels }, preprocessing));
  },
  profile: async () => ready().profile(),
});

const failureOf = (cause: unknown): Failure => {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { message, problems: cause instanceof LiteBlockError ? cause.problems : [] };
};

/** Progress is told at most every 50 ms: messages are dearer than images of a small network. */
function progressOf(id: number): Progress {
  let told = 0;
  return (what, done, total) => {
    if (done < total && performance.now() - told < 50) return;
    told = performance.now();
    send({ id, progress: { what, done, total } });
  };
}

// One after the other: a run must not meet a model that is half loaded.
let last: Promise<unknown> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Request>): void => {
  const { id, call, args } = data;
  last = last.then(async () => {
    try {
      const run = calls(progressOf(id))[call] as (...args: readonly unknown[]) => Promise<unknown>;
      send({ id, result: await run(...args) });
    } catch (cause) {
      send({ id, failure: failureOf(cause) });
    }
  });
};
