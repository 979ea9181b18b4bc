import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { headModel } from '../../detect/random-head.ts';
import { writeTflite } from '../../import/write-tflite.ts';
import { cli, temporary } from '../cli.ts';

const options = {
  ...{ max_detections: 4, max_classes_per_detection: 1, nms_score_threshold: 0.5, nms_iou_threshold: 0.5 },
  ...{ num_classes: 2, y_scale: 10, x_scale: 10, h_scale: 5, w_scale: 5 },
};
const anchors = Float32Array.of(0.5, 0.25, 0.25, 0.5, 0.5, 0.75, 0.25, 0.5);

/** A model that is a detection head alone, and what it is given: boxes that are their anchors, and scores. */
async function files(...scores: readonly number[]) {
  const at = temporary();
  const model = headModel({ options, anchors, scores: 3, box: 4, type: 'int8' });
  writeFileSync(at('head.tflite'), writeTflite(model));
  writeFileSync(at('boxes.bin'), new Uint8Array(8).fill(3));
  writeFileSync(
    at('scores.bin'),
    Int8Array.from(scores, (score) => 256 * score - 128),
  );
  writeFileSync(at('names.txt'), 'cat\ndog\n');
  await cli('compile', at('head.tflite'), '-o', at('head.lbm'), '--labels', at('names.txt'));
  return { at, inputs: [at('boxes.bin'), at('scores.bin')] };
}

it('run prints class, score and box of every object', async () => {
  const { at, inputs } = await files(0, 0.75, 0, 0, 0, 0.5);
  const { status, out, err } = await cli('run', at('head.lbm'), ...inputs);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out.split('\n')).toEqual([
    'image 0: 2 objects (top, left, bottom and right in parts of the image)',
    '  0 cat (0.75) at 0.375, 0.000, 0.625, 0.500',
    '  1 dog (0.5) at 0.375, 0.500, 0.625, 1.000',
    '',
  ]);
  const json = JSON.parse((await cli('run', at('head.lbm'), ...inputs, '--json')).out);
  expect(json.images[0].objects).toEqual([
    { index: 0, label: 'cat', score: 0.75, box: { top: 0.375, left: 0, bottom: 0.625, right: 0.5 } },
    { index: 1, label: 'dog', score: 0.5, box: { top: 0.375, left: 0.5, bottom: 0.625, right: 1 } },
  ]);
});

it('run says that there is nothing', async () => {
  const { at, inputs } = await files(0, 0, 0, 0, 0, 0);
  expect((await cli('run', at('head.lbm'), ...inputs)).out).toBe('image 0: no objects\n');
});

it('inspect shows the head, and who computes it', async () => {
  const { at } = await files();
  const { out } = await cli('inspect', at('head.lbm'));
  expect(out).toContain(
    'boxes    4 at most of 2 classes, fast suppression, from outputs 0 and 1 with 2 anchors: by run and liteblock/detect; WASI and C give the outputs',
  );
  const { postprocess } = JSON.parse((await cli('inspect', at('head.tflite'), '--json')).out);
  expect(postprocess).toMatchObject({ kind: 'detection', classes: 2, anchors: 2, maxDetections: 4 });
});
