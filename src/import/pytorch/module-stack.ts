import type { ProgramModule } from './program.ts';

/**
 * The modules around a node from the text of its `nn_module_stack`, outermost first and without the network itself: entries
 * `key,path,class` apart by semicolons. torch 2.6 has paths as Python: `getattr(L['self'].layers, '0').conv`. A module that is
 * called several times has `@1` behind its path.
 */
export function modulesOf(stack: string): readonly ProgramModule[] {
  return stack.split(';').flatMap((entry) => {
    const [first, last] = [entry.indexOf(','), entry.lastIndexOf(',')];
    if (first < 0 || last <= first) return [];
    const path = pathOf(entry.slice(first + 1, last));
    return path === '' ? [] : [{ path, type: entry.slice(last + 1) }];
  });
}

function pathOf(text: string): string {
  let path = text;
  for (let before = ''; before !== path; ) {
    before = path;
    path = path.replace(/getattr\(([^()]*), '([^']*)'\)/, '$1.$2');
  }
  return path
    .replace(/^L\['[^']*'\]\.?/, '')
    .replace(/@\d+/g, '')
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/^\./, '');
}
