import { expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { print } from '../../src/graph/print.ts';
import { shortName } from '../../src/graph/short-name.ts';
import { add } from '../../src/ops/add.ts';

it('prints inputs, constants, nodes and outputs', () => {
  const builder = new GraphBuilder('tiny');
  const x = builder.input('x', [1, 4, 5, 2], quantizedBy(0.5, 3), { fileShape: [7, 4, 5, 2] });
  const c = builder.constant('c', [1, 1, 1, 2], Int8Array.of(1, 2), quantizedBy(0.1, 0));
  const y = builder.add(add, { activation: 'relu' }, [x, c], { name: 'y;z', quantization: quantizedBy(1, -128) });
  builder.output(y);
  expect(print(builder.build())).toBe(
    [
      'graph tiny',
      'input %0 "x" i8[1,4,5,2] file[7,4,5,2] scale 0.5 zero 3',
      'constant %1 "c" i8[1,1,1,2] scale 0.1 zero 0 #ed74208a',
      '0 Add(%0, %1) {activation:relu}',
      '  %2 "y" i8[1,4,5,2] scale 1 zero -128',
      'output %2',
      '',
    ].join('\n'),
  );
});

it('shortens the joined names of what was fused, and long paths at their start', () => {
  expect(shortName('model/relu;model/batch_norm;model/conv')).toBe('model/relu');
  expect(shortName('conv')).toBe('conv');
  expect(shortName(`start/${'x'.repeat(70)}/end`)).toMatch(/^…x+\/end$/);
  expect(shortName(`start/${'x'.repeat(70)}/end`).length).toBe(60);
});
