import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { importNetwork } from '../../src/compiler/import-network.ts';
import { foreignFile } from '../../src/import/foreign-file.ts';
import { zipEntries } from '../../src/import/zip-entries.ts';
import { describeShared } from '../support/shared-data.ts';
import { refusal } from './refusal.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);
const zip = (...names: string[]): Uint8Array => zipSync(Object.fromEntries(names.map((name) => [name, ascii('x')])));

const lfs = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
const cArray = `/* Copyright */\n#include "model.h"\n\nalignas(16) const unsigned char g_model_data[] = {\n  0x1c, 0x00,\n`;

/** Bytes, what they are said to be, and what to do if a model, and if weights, were expected. */
const foreign: readonly (readonly [
  name: string,
  bytes: Uint8Array,
  what: RegExp,
  model: RegExp,
  weights: RegExp | undefined,
])[] = [
  ['a git-LFS pointer', ascii(lfs), /git-LFS pointer/, /git lfs pull/, /git lfs pull/],
  ['a .cc array', ascii(cArray), /C source with a model as an array/, /\.tflite that it was made of/, /xxd -r -p/],
  [
    'a .cc array behind a licence of 16 KB',
    ascii(`/*\n${'Licensed as is; see LICENSE. '.repeat(600)}*/\n// more\n#ifndef G\n${cArray}`),
    /C source with a model as an array/,
    /\.tflite that it was made of/,
    /xxd -r -p/,
  ],
  ['a .h5', ascii('\x89HDF\r\n\x1a\n\0\0'), /HDF5 file/, /TFLiteConverter\.from_keras_model/, /PyTorch/],
  ['a .keras', zip('metadata.json', 'config.json', 'model.weights.h5'), /Keras model/, /from_keras_model/, /PyTorch/],
  ['a saved_model.pb', ascii('\x08\x01\x12\xe5\x17'), /SavedModel/, /from_saved_model/, /PyTorch/],
  [
    'a frozen .pb',
    ascii('\n\x3a\n\x05input\x12\x0bPlaceholder*\x09'),
    /TensorFlow graph/,
    /from_saved_model/,
    /PyTorch/,
  ],
  ['a .gz', gzipSync(ascii('x')), /gzip archive/, /gunzip/, /gunzip/],
  ['a .pt', zip('net/data.pkl', 'net/data/0'), /PyTorch checkpoint/, /--weights.*torch\.export\.save/, undefined],
  ['an old .pth', ascii('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.'), /PyTorch checkpoint/, /--weights/, undefined],
  ['a TorchScript .pt', zip('n/data.pkl', 'n/code/n.py'), /TorchScript/, /torch\.export\.save/, undefined],
  [
    'a .pt2',
    zip('n/archive_format', 'n/models/model.json'),
    /exported program/,
    /importFile reads it/,
    /in place of the network\.json/,
  ],
  [
    'an .onnx',
    ascii('\x08\x0a\x12\x07pytorch'),
    /ONNX model/,
    /importFile reads it/,
    /a whole network with its weights/,
  ],
  ['an HTML page', ascii('\n<!DOCTYPE html><html>'), /HTML page/, /address of the file/, /address of the file/],
  ['a zip with a model', zip('a/readme', 'a/net.tflite'), /zip archive with a\/net\.tflite/, /unzip/, /unzip/],
  ['a .npz', zip('arr_0.npy'), /NumPy arrays/, /np\.save/, /expected a \.safetensors/],
  ['a .npy', ascii('\x93NUMPY\x01\0'), /NumPy array/, /--data/, /expected a \.safetensors/],
  ['a PNG', ascii('\x89PNG\r\n\x1a\n'), /picture \(PNG\)/, /after the model/, /expected a \.safetensors/],
];

it.each(foreign)('tells %s by its bytes, and what to do next, in place of a model and of weights', (...args) => {
  const [, bytes, what, model, weights] = args;
  const asModel = refusal(() => importModel(bytes, 'file.tflite'));
  expect(asModel.message).toMatch(/^file\.tflite: this is an? |^file\.tflite: this is (C|NumPy) /);
  expect(asModel.message).toMatch(what);
  expect(asModel.message).toMatch(model);
  const json = '{"name":"n","input":{"channels":1,"height":1,"width":1},"layers":[{"type":"ReLU"}]}';
  if (!weights) return; // weights of PyTorch are read: test/import/pytorch
  const asWeights = refusal(() => importNetwork(json, bytes, { weightsSource: 'w.safetensors' }));
  expect(asWeights.message).toMatch(/^w\.safetensors: this is /);
  expect(asWeights.message).toMatch(what);
  expect(asWeights.message).toMatch(weights);
});

it.each<[string, object, RegExp]>([
  [
    'a TensorFlow.js model',
    { format: 'layers-model', modelTopology: {}, weightsManifest: [] },
    /TensorFlow\.js model.*TFLiteConverter/,
  ],
  ['a TensorFlow.js graph model', { format: 'graph-model', modelTopology: {} }, /TensorFlow\.js model/],
  ['a Keras architecture', { class_name: 'Sequential', config: {} }, /architecture of a Keras model/],
  ['an index of .safetensors', { metadata: {}, weight_map: {} }, /index of weights in several \.safetensors/],
  [
    'a Hugging Face configuration',
    { architectures: ['ViT'], model_type: 'vit' },
    /configuration of a Hugging Face model/,
  ],
])('tells %s in place of a network.json, and of a model', (_, value, message) => {
  const json = JSON.stringify(value);
  expect(refusal(() => importNetwork(json, new Uint8Array(8))).message).toMatch(message);
  expect(refusal(() => importModel(ascii(json), 'model.json')).message).toMatch(message);
});

it('knows nothing of other bytes, and reads no archive beyond its end', () => {
  for (const text of ['hello, how are you?', 'char', 'void f(char* x) { x[0] = 1; }', '\x80']) {
    expect(foreignFile(ascii(text))).toBeUndefined();
  }
  const archive = zip('a/data.pkl');
  for (let length = 0; length < archive.length; length++) {
    const names = zipEntries(archive.subarray(0, length));
    expect(names.length).toBeLessThanOrEqual(1);
  }
  expect(foreignFile(archive.subarray(0, 40))?.what).toBe('a zip archive');
});

describeShared('files of PyTorch and ONNX', (data) => {
  it.each([
    ['pytorch/litenet.pt', /this is a PyTorch checkpoint \(\.pt\): it may be weights alone: give the network\.json/],
    ['pytorch/litenet.pt2', /this is an exported program of PyTorch \(\.pt2\)/],
    ['pytorch/litenet.torch26.pt2', /this is an exported program of PyTorch \(\.pt2\)/],
    ['pytorch/litenet.pt2e.pt2', /this is an exported program of PyTorch \(\.pt2\)/],
    ['pytorch/litenet.dynamo.onnx', /importFile reads it/],
    ['pytorch/litenet.qdq.onnx', /importFile reads it/],
    ['onnx/ppocr_mobile_v2_cls.onnx', /importFile reads it/],
    ['pytorch/litenet.calib.npy', /this is a NumPy array/],
    ['images/sunflower.bmp', /not a model of a known format/],
    ['images/parrot.jpg', /this is a picture \(JPEG\)/],
  ])('are reported by what they are: %s', (path, message) => {
    expect(refusal(() => importModel(readFileSync(data + path), path)).message).toMatch(message);
  });
});
