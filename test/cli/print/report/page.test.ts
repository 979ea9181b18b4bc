import { expect, it } from 'vitest';
import type { Figures } from '../../../../src/cli/print/quantize-report.ts';
import { reportPage } from '../../../../src/cli/print/report/page.ts';
import type { ActivationReport, LayerReport } from '../../../../src/quantize/layer-report.ts';
import type { Report } from '../../../../src/quantize/report.ts';

const activation = (fields: Partial<ActivationReport> = {}): ActivationReport => ({
  tensor: 0,
  name: 'x',
  range: { min: -1, max: 3 },
  scale: 4 / 255,
  zeroPoint: -64,
  held: { min: -1, max: 3 },
  snrDb: 40,
  clipped: 0,
  ...fields,
});

const layer = (name: string, fields: Partial<LayerReport> = {}): LayerReport => ({
  node: 0,
  name,
  op: 'Conv2d',
  blocks: [],
  output: activation(),
  ...fields,
});

const weights = {
  channels: 3,
  channelRanges: [1, 0, 1 / 300],
  rangeRatio: 300,
  perTensorLosesBits: 8,
  snrDb: 45,
  perTensorSnrDb: 41,
  channelSnrDb: [45, Infinity, 45],
  perTensorChannelSnrDb: [45, Infinity, -1],
};

const report: Report = {
  method: 'min-max',
  calibrationImages: 20,
  comparedImages: 8,
  inputs: [activation()],
  layers: [
    layer('<img src=x onerror="a()">', { weights, output: activation({ snrDb: 12.25, clipped: 0.031 }) }),
    layer("a & b's", { output: activation({ snrDb: Infinity, range: { min: 0, max: 0 }, held: { min: 0, max: 0 } }) }),
  ],
  warnings: [{ kind: 'clipped', node: 0, name: '<i>', place: '"<i>"', text: '3 % < 4 %', harm: 1 }],
};

const figures: Figures = {
  output: 'out.lbm',
  fileBytes: 1,
  floatBytes: 2,
  modelBytes: 3,
  ramBytes: 4,
  agreement: { images: 20, outputs: [{ name: 'y', meaning: 'classes', snrDb: 12.5, same: 19 }] },
};

const page = reportPage('net <1>', report, figures);

it('loads nothing from elsewhere and runs no script', () => {
  expect(page).not.toMatch(/https?:|\/\/|@import|url\(|<script|<link|\son\w+=["']/i);
  expect(page).toContain("default-src 'none'");
});

it('escapes every name', () => {
  const text = page.replace(/<style>[\s\S]*<\/style>/, '');
  expect(text).not.toMatch(/<img|<i>|<1>/);
  expect(text).toContain('&lt;img src=x onerror=&quot;a()&quot;&gt;');
  expect(text).toContain('a &amp; b&#39;s');
  expect(text).toContain('<li><b>&lt;i&gt;</b>: 3 % &lt; 4 %</li>');
});

it('closes every element that it opens', () => {
  const open: string[] = [];
  for (const [, end, name = '', own] of page.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/g)) {
    if (own || name === 'meta') continue;
    if (end) expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
});

it('has drawings with a title and a description, and no coordinate that is not a number', () => {
  const drawings = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
  expect(drawings).toHaveLength(3);
  for (const drawing of drawings) {
    expect(drawing).toMatch(
      /role="img" aria-labelledby="(\S+) (\S+)">\n<title id="\1">.+<\/title><desc id="\2">.+<\/desc>/,
    );
    expect(drawing).not.toMatch(/NaN|Infinity|undefined|width="-/);
  }
});

it('marks poor layers and channels that one scale would lose, and has all figures in its table', () => {
  expect(page).toMatch(/<rect class="poor"[^>]*\/>.*12\.3/);
  expect(page).toContain('<title>channel 2: 0.00333333</title>');
  expect(page.match(/<rect class="poor"[^>]*><title>channel/g)).toHaveLength(1);
  expect(page).toContain('<td>3.1 %</td><td>12.3</td><td>45.0</td>');
  expect(page).toContain('<td>exact</td>');
  expect(page).toContain('<dd>19 of 20 images (95.0 %)</dd>');
});
