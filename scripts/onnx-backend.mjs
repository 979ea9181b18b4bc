/**
 * Runs the backend tests of the ONNX project: our importer and the float engine on each, against the outputs that come with it.
 *
 *     npm run build && node scripts/onnx-backend.mjs [--write] [--sample] [--verbose] [PATTERN …]
 *
 * Installs onnx into .tools/onnx, by pip, and writes its tests into .tools/onnx-backend (80 MB): one for each operator and
 * attribute, which the package generates, and those in its wheel, the `light` models among them. A test passes within 1e-4 of the
 * largest value of an output, a model within 1e-3, and one of whole numbers within a step. Many tests give weights and sizes as inputs: where a model is refused as it is, all
 * inputs but one are made initialisers. PATTERN is a part of the name of tests; --verbose tells why each was refused; --write puts the table into docs/onnx.md;
 * --sample keeps some small tests that pass in test/data/onnx/backend.json, which `npm test` runs. BACKEND
 * is a folder with tests that were written already. Ends with 1 where an output is wrong.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { importFile } from 'liteblock/compiler';
import { loadFloatEngine } from 'liteblock/float';
import { evaluateQuantized } from '../dist/ops/evaluate.js';
import { compareQuantized, compareTest, reasonNotApplicable } from './onnx-backend/compare.mjs';
import { tableOf } from './onnx-backend/table.mjs';

const root = new URL('../', import.meta.url).pathname;
const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean' }, sample: { type: 'boolean' }, verbose: { type: 'boolean' } },
  allowPositionals: true,
});
const folder = process.env.BACKEND ?? `${root}.tools/onnx-backend`;
/** Of the package whose tests docs/onnx.md tells of. */
const version = '1.23.2';

function writeTests() {
  const venv = `${root}.tools/onnx`;
  const python = `${venv}/bin/python`;
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  const install = ['-m', 'pip', 'install', '--quiet', `onnx==${version}`, 'numpy'];
  execFileSync(python, install, { stdio: 'inherit' });
  execFileSync(python, ['-W', 'ignore', `${root}scripts/onnx-backend/export.py`, folder], { stdio: 'inherit' });
}

async function result(path, kind, evaluate) {
  const test = JSON.parse(readFileSync(`${path}/test.json`, 'utf8'));
  const { operators } = test;
  const reason = reasonNotApplicable(test);
  if (reason) return { operators, outcome: 'not applicable', reason };
  const tolerance = kind === 'node' || kind === 'simple' ? 1e-4 : 1e-3;
  let refusal = '';
  for (const file of ['model.onnx', 'constant.onnx']) {
    if (!existsSync(`${path}/${file}`)) continue;
    let graph;
    try {
      graph = await importFile(new Uint8Array(readFileSync(`${path}/${file}`)), file);
    } catch (error) {
      if (!['unsupported', 'file-version'].includes(error.code)) throw error;
      refusal = error.problems[0]?.what ?? error.message;
      continue;
    }
    const read = (data) => new Uint8Array(readFileSync(`${path}/${data}`));
    const isFolded = file === 'constant.onnx';
    const isInt8 = graph.tensors[graph.inputs[0]].dtype === 'i8';
    const error = isInt8
      ? compareQuantized(test, graph, evaluateQuantized(graph), read, isFolded)
      : compareTest(test, graph, evaluate(graph), read, isFolded);
    if (error <= (isInt8 ? 1 : tolerance)) return { operators, outcome: 'passed', error };
    return { operators, outcome: 'wrong', reason: `${file}: error ${error}` };
  }
  return { operators, outcome: 'refused', reason: refusal };
}

/** The smallest test of every operator, and then the smallest others, as one file: bytes in base64. */
function writeSample() {
  const passed = results
    .filter(({ kind, outcome, operators }) => kind === 'node' && outcome === 'passed' && operators.length === 1)
    .map((each) => ({ ...each, files: filesOf(`${folder}/node/${each.name}`) }))
    .filter(({ files }) => Object.values(files).reduce((sum, text) => sum + text.length, 0) < 3000)
    .filter(({ name }, i) => i % 2 === 0 || /ceil|same|asym|dilat|count|axis|align/.test(name));
  const tests = Object.fromEntries(passed.map(({ name, files }) => [name, files]));
  const text = JSON.stringify({ onnx: version, tests });
  writeFileSync(`${root}test/data/onnx/backend.json`, `${text}\n`);
}

const filesOf = (path) =>
  Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(`${path}/${file}`).toString('base64')]));

if (!process.env.BACKEND) writeTests();
const evaluate = await loadFloatEngine(new WebAssembly.Module(readFileSync(`${root}build/engine.float.wasm`)));
const results = [];
for (const kind of readdirSync(folder).sort()) {
  for (const name of readdirSync(`${folder}/${kind}`).sort()) {
    if (positionals.length > 0 && !positionals.some((part) => `${kind}/${name}`.includes(part))) continue;
    let made;
    try {
      made = await result(`${folder}/${kind}/${name}`, kind, evaluate);
    } catch (error) {
      made = { operators: [], outcome: 'wrong', reason: error.stack };
    }
    results.push({ kind, name, ...made });
    if (made.outcome === 'wrong' || (values.verbose && made.outcome !== 'passed')) {
      console.log(`${kind}/${name}: ${made.outcome}: ${made.reason}`);
    }
  }
}
const count = (outcome) => results.filter((each) => each.outcome === outcome).length;
console.log(
  `${results.length} tests: ${count('passed')} passed, ${count('refused')} refused by name, ${count('not applicable')} not applicable, ${count('wrong')} wrong`,
);
if (values.write) {
  const path = `${root}docs/onnx.md`;
  const [before, , after] = readFileSync(path, 'utf8').split(
    /(?<=<!-- backend tests -->\n)|(?=<!-- end of backend tests -->)/,
  );
  writeFileSync(path, `${before}${tableOf(results, version)}${after}`);
}
if (values.sample) writeSample();
process.exitCode = count('wrong') > 0 ? 1 : 0;
