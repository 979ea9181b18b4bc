import type { Report } from '../quantize/report.ts';
import type { Figures } from './quantize-report.ts';

export function reportPage(name: string, report: Report, figures: Figures): string {
  return `${name} ${report.method} ${figures.output}`;
}
