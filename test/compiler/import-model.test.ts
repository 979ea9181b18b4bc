import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importFile, importUnlowered } from '../../src/compiler/import-file.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { refusal } from '../import/refusal.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const fails = (bytes: Uint8Array, code: string, message: RegExp) => {
  const run = () => importModel(bytes, 'model');
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ code }));
};

it.each(['<!DOCTYPE html><html>', '<html lang="en">', '\n  <!doctype html>'])('recognizes a page: %j', (page) => {
  fails(ascii(page), 'file-invalid', /^model: .*HTML page.*address of the file itself/);
});

it('says that a .lbm is compiled already', () => {
  fails(ascii('LBM\0\0\0\0\0\0\0\0\0'), 'usage', /compiled already/);
});

it('says of other formats that they are not supported yet', () => {
  const safetensors = readFileSync(
    fileURLToPath(new URL('../data/litenet_digits/litenet_digits.safetensors', import.meta.url)),
  );
  fails(
    safetensors,
    'unsupported',
    /this is a \.safetensors, which has only weights: give the network\.json .* --weights/,
  );
  const onnx = readFileSync(fileURLToPath(new URL('../data/litenet_digits/dynamo.onnx', import.meta.url)));
  fails(onnx, 'unsupported', /importFile reads it/);
});

it('says of anything else that it is not a model, and of nothing that it is too short', () => {
  fails(ascii('PK\x03\x04 and so on'), 'file-invalid', /zip/);
  fails(ascii('hello, how are you?'), 'file-invalid', /not a model of a known format/);
  fails(new Uint8Array(3), 'file-truncated', /3 bytes/);
});

it('takes a float model, of which compile says how it is quantised first', () => {
  const path = fileURLToPath(new URL('../data/litenet_digits/litenet_digits_float.tflite', import.meta.url));
  const graph = importModel(readFileSync(path), 'digits.tflite');
  expect(refusal(() => compile(graph))).toMatchObject({
    code: 'unsupported',
    message:
      'digits: the model is float32: quantise it first, with liteblock quantize MODEL --data IMAGES -o out.lbm, or with quantizeModel of liteblock/quantize',
  });
});

it.each([
  ['importFile', importFile],
  ['importUnlowered', importUnlowered],
])('%s takes every format with a reader of weights beside the file', async (_, read) => {
  const options = { externalData: () => new Uint8Array() };
  const file = (path: string) => readFileSync(fileURLToPath(new URL(`../data/${path}`, import.meta.url)));
  expect((await read(file('cases/gelu.tflite'), 'gelu.tflite', options)).nodes).not.toEqual([]);
  await expect(read(ascii('hello, how are you?'), 'model', options)).rejects.toThrow(/not a model of a known format/);
});
