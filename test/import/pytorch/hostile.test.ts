import { describe, expect, it } from 'vitest';
import { importPt2 } from '../../../src/import/pytorch/import-pt2.ts';
import { argumentOf, changed, files, graphName, type Json, nodesOf, refused } from './changed-program.ts';
import { PickleWriter } from './pickle.ts';
import { archive } from './zip.ts';

it('imports the program that the cases change', () => {
  expect(
    importPt2(
      changed(() => undefined),
      'net.pt2',
    ).nodes.length,
  ).toBeGreaterThan(10);
});

describe('a program that does not hold together', () => {
  it.each<[string, (program: Json, weights: Json) => void, string, RegExp]>([
    [
      'another schema',
      (p) => {
        p.schema_version.major = 9;
      },
      'file-version',
      /version 9 of PyTorch's schema, written by torch 2/,
    ],
    [
      'nodes in a circle',
      (p) => {
        argumentOf(nodesOf(p)[0], 'input').as_tensor.name = nodesOf(p)[3].outputs[0].as_tensor.name;
      },
      'file-invalid',
      /node 0 aten\.conv2d\.default reads ".*", which no node has made before it/,
    ],
    [
      'a tensor made twice',
      (p) => {
        nodesOf(p).splice(1, 0, nodesOf(p)[0]);
      },
      'file-invalid',
      /two nodes make "conv2d"/,
    ],
    [
      'an input of nowhere',
      (p) => {
        argumentOf(nodesOf(p)[2], 'self').as_tensor.name = 'nowhere';
      },
      'file-invalid',
      /reads "nowhere"/,
    ],
    [
      'an output of nowhere',
      (p) => {
        p.graph_module.signature.output_specs[0].user_output.arg.as_tensor.name = 'nowhere';
      },
      'unsupported',
      /output "nowhere": no node makes it/,
    ],
    [
      'a missing weight',
      (_, w) => void delete w.config['fc.weight'],
      'file-invalid',
      /the tensor "fc\.weight" of the program has no values in the archive/,
    ],
    [
      'a weight without a file',
      (_, w) => {
        w.config['fc.weight'].path_name = 'weight_999';
      },
      'file-invalid',
      /"fc\.weight" of the program has no values/,
    ],
    [
      'a larger weight',
      (_, w) => {
        w.config['fc.weight'].tensor_meta.sizes[0].as_int = 4000;
      },
      'file-invalid',
      /tensor "fc\.weight": \[4000, 36\].* is beyond its storage/,
    ],
    [
      'a misshapen weight',
      (_, w) => {
        const meta = w.config['fc.weight'].tensor_meta;
        meta.sizes = [{ as_int: 36 }, { as_int: 5 }];
        meta.strides = [{ as_int: 5 }, { as_int: 1 }];
      },
      'unsupported',
      /linear "fc": weights \[36, 5\] do not fit the last axis of its input, of 36/,
    ],
    [
      'a weight of another type',
      (_, w) => {
        w.config['fc.weight'].tensor_meta.dtype = 9;
      },
      'file-invalid',
      /the type number 9 is not known/,
    ],
    [
      'a pickled weight',
      (_, w) => {
        w.config['fc.weight'].use_pickle = true;
      },
      'unsupported',
      /"fc\.weight" is a pickle/,
    ],
    [
      'another shape',
      (p) => {
        p.graph_module.graph.tensor_values.linear.sizes[1].as_int = 6;
      },
      'unsupported',
      /linear "fc": it gives \[1, 5\], but the file declares \[1, 6\]/,
    ],
    [
      'training',
      (p) => {
        argumentOf(nodesOf(p)[1], 'training').as_bool = true;
      },
      'unsupported',
      /call model\.eval\(\) before the export/,
    ],
    [
      'a graph inside',
      (p) => {
        nodesOf(p)[2].inputs[0].arg = { as_graph: {} };
      },
      'unsupported',
      /its argument self is graph/,
    ],
    [
      'a buffer that changes and is to be a constant',
      (p) =>
        void p.graph_module.signature.output_specs.push({
          buffer_mutation: { arg: { name: 'x' }, buffer_name: 'stem.1.running_mean' },
        }),
      'unsupported',
      /node 1 batch_norm "stem\.1": its means must be constant; they are computed/,
    ],
    [
      'no nodes',
      (p) => {
        p.graph_module.graph.nodes = {};
      },
      'file-invalid',
      /graph_module\.graph\.nodes is \{\} \(a list\)/,
    ],
    [
      'no number',
      (p) => {
        argumentOf(nodesOf(p)[1], 'eps').as_float = 'x';
      },
      'file-invalid',
      /nodes\[1\]\.inputs\[7\]\.arg\.as_float is "x" \(a number\)/,
    ],
    [
      'an empty input',
      (p) => {
        p.graph_module.graph.tensor_values.x.sizes[2].as_int = 0;
      },
      'unsupported',
      /./,
    ],
    [
      'an enormous input',
      (p) => {
        p.graph_module.graph.tensor_values.x.sizes[2].as_int = 2 ** 40;
      },
      'unsupported',
      /too large/,
    ],
  ])('has %s', (_, change, code, message) => {
    const error = refused(changed(change));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^net\.pt2/);
    expect(error.code).toBe(code);
  });

  it('tells three unsupported operators in five nodes at once, by their modules', () => {
    const bytes = changed((program) => {
      const words = [
        'aten.layer_norm.default',
        'aten.lstm.input',
        'aten.layer_norm.default',
        'aten.cumsum.default',
        'aten.lstm.input',
      ];
      for (const [i, word] of words.entries()) nodesOf(program)[i + 2].target = `torch.ops.${word}`;
    });
    const { code, message, problems } = refused(bytes);
    expect(code).toBe('unsupported');
    expect(problems.map(({ op }) => op)).toEqual(['layer_norm', 'lstm', 'layer_norm', 'cumsum', 'lstm']);
    expect(message).toMatch('layer_norm in 2 nodes: the operator aten.layer_norm.default is not supported');
    expect(message).toMatch('node 2 "stem.2"');
    expect(message).toMatch('node 5 cumsum "block.conv1.2"');
  });

  it('is not in the archive, or several times', () => {
    expect(refused(archive({ 'a/archive_format': 'pt2' })).message).toMatch('the archive has no program');
    expect(refused(archive({ ...files, 'archive/models/other.json': '{}' })).message).toMatch(
      'the archive has 2 programs (one)',
    );
    expect(refused(archive({ ...files, [graphName]: '{' })).message).toMatch(/model\.json: not JSON/);
    expect(refused(archive({ ...files, [graphName]: `${'['.repeat(1e6)}` })).message).toMatch(
      'nested more than 256 deep',
    );
  });

  it('names os.system in the weights of the earlier archive, and runs nothing', () => {
    const pickle = new PickleWriter()
      .raw(0x7d)
      .ascii('(')
      .text('w')
      .global('posix', 'system')
      .ascii('(')
      .text('true')
      .ascii('tRu');
    const state = archive({ 'archive/data.pkl': pickle.bytes });
    const bytes = archive({
      'serialized_exported_program.json': files[graphName],
      'serialized_state_dict.pt': state,
      version: '8.2',
    });
    expect(refused(bytes).message).toMatch('the pickle names posix.system');
  });
});
