import { describe, expect, it } from 'vitest';
import { LiteBlockError } from '../../src/format/errors.ts';
import { layerTypes } from '../../src/network/layers.ts';
import { nearest } from '../../src/network/nearest.ts';
import { otherLayers } from '../../src/network/other-layers.ts';
import { parseNetwork } from '../../src/network/parse.ts';

/** What parsing layers of a network of 3×8×8 says. */
function said(layers: unknown, extra: object = {}): string {
  try {
    parseNetwork({ name: 'n', input: { channels: 3, height: 8, width: 8 }, layers, ...extra }, 'n.json');
  } catch (error) {
    expect(error).toBeInstanceOf(LiteBlockError);
    return (error as Error).message;
  }
  return '';
}

describe('a word that is mistyped', () => {
  const known = ['Conv2d', 'LiteBlock', 'BatchNorm2d', 'ReLU', 'ReLU6', 'SqueezeExcite'];

  it.each([
    ['conv2D', 'Conv2d'],
    ['Con2vd', 'Conv2d'],
    ['LiteBlok', 'LiteBlock'],
    ['Lite_Block', 'LiteBlock'],
    ['BatchNorm', 'BatchNorm2d'],
    ['Relu', 'ReLU'],
  ])('%s is taken for %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  it.each(['', 'Transformer', 'LSTM', 'constructor', '__proto__', 'x'.repeat(100_000)])('%.20s is none', (word) => {
    expect(nearest(word, known)).toBeUndefined();
  });

  it.each(otherLayers)('%s is another function, and nothing is suggested for it', (word) => {
    expect(nearest(word, layerTypes, otherLayers)).toBeUndefined();
  });

  it.each([
    'Belu',
    'Instancenorm2d',
    'Conv2d_Transpose',
    'ReLU5',
    'Relu7',
    'Mihs',
    'Sofplus',
    'Conv4d',
    'Hard',
    'LayerNrom',
    'GroupNorm2',
    'HSigmoid',
    'MinPool2d',
    'MyReLU',
    'XLinear',
  ])('%s is none, as it is as near to another function or differs in a digit', (word) => {
    expect(nearest(word, layerTypes, otherLayers)).toBeUndefined();
  });

  it.each([
    ['CELU', '"CELU" is not supported: '],
    ['SELU', '"SELU" is not supported: '],
    ['Belu', '"Belu" is not a layer: '],
    ['constructor', '"constructor" is not a layer: '],
  ])('%s is told without a suggestion', (type, text) => {
    const message = said([{ type }]);
    expect(message).toContain(text);
    expect(message).not.toContain('?)');
  });

  it.each([
    ['Conv2d', 'kernel_size', '(kernel?)'],
    ['Conv2d', 'in_channels', '(in?)'],
    ['BatchNorm2d', 'num_features', '(features?)'],
    ['Conv2d', 'padding_mode', undefined],
    ['Conv2d', 'inplace', undefined],
    ['Conv2d', 'output_padding', undefined],
  ])('of %s the field %s is told with its word here, or none', (type, field, suggestion) => {
    const message = said([{ type, [field]: 1 }]);
    expect(message).toContain(`there is no field "${field}"${suggestion ? ` ${suggestion}` : ''}: `);
  });

  it('is reported with what was probably meant, types and fields alike', () => {
    expect(said([{ type: 'LiteBlok', in: 3, out: 4 }])).toMatch(
      'layers[0].type: "LiteBlok" is not a layer (LiteBlock?): ',
    );
    const typo = said([{ type: 'Conv2d', in: 3, out: 4, kernal: 3 }]);
    expect(typo).toMatch('layers[0].kernel: is missing (one size, or [height, width]: whole numbers from 1)');
    expect(typo).toMatch('layers[0]: there is no field "kernal" (kernel?): type, name, in, out, kernel, stride, ');
    expect(said([{ type: 'ReLU' }], { layer: [] })).toMatch('the network: there is no field "layer" (layers?): ');
    expect(said([{ type: 'ReLU' }], { input: { channels: 3, height: 8, width: 8, heigth: 8 } })).toMatch(
      'input: there is no field "heigth" (height?): channels, height, width',
    );
  });
});

it('tells the value that was given', () => {
  expect(said([{ type: 'Linear', in: '3', out: 1.5 }])).toMatch(/in: .*, given "3"\n.*out: .*, given 1\.5$/);
  expect(said([{ type: 'MaxPool2d', kernel: [1, 2, 3] }])).toMatch(
    'layers[0].kernel: [1,2,3] does not fit (one size, or [height, width]: whole numbers from 1)',
  );
  expect(said([{ type: 'ShuffleUnit', in: 4, out: 4, stride: 3 }])).toMatch('stride: 3 does not fit (1 or 2)');
});

it('refuses layers nested without end, and goes on with those that are not', () => {
  const nested = (depth: number): unknown =>
    Array.from({ length: depth }).reduce<unknown>((inner) => ({ type: 'Sequential', layers: [inner] }), {
      type: 'ReLU',
    });
  expect(said([nested(60)])).toBe('');
  expect(said([nested(100_000)])).toMatch('n.json: its layers are nested more than 64 deep');
});
