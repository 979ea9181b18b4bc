import type { Block } from '../../graph/op.ts';
import type { Site } from '../graph-writer.ts';
import { operatorName } from './operators.ts';
import type { ProgramModule, ProgramNode } from './program.ts';

const isOfTorch = ({ type }: ProgramModule): boolean => type.startsWith('torch.nn.modules.');
const isContainer = ({ type }: ProgramModule): boolean => type.startsWith('torch.nn.modules.container.');

/** Says where nodes of a program are in the user's network: by the path of their module. */
export class NodeSites {
  readonly #used = new Map<string, number>();

  /**
   * A node of a module of PyTorch's is called by the module's path, any other by the path of the module around it and its own
   * name. What has a name already is counted from 1. Modules of the user's are blocks.
   */
  of(node: ProgramNode): Site {
    const innermost = node.modules.at(-1);
    const { name: op } = operatorName(node.target);
    const word = op.slice(op.indexOf('.') + 1);
    const own = innermost && isOfTorch(innermost) && !isContainer(innermost);
    const path = innermost?.path ?? '';
    const name = this.#unique(own ? path : path === '' ? word : `${path}.${word}`);
    const blocks = node.modules.filter((module) => !isOfTorch(module)).map(blockOf);
    return { node: node.index, op: word, name, ...(blocks.length > 0 && { blocks }) };
  }

  #unique(name: string): string {
    const count = this.#used.get(name) ?? 0;
    this.#used.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  }
}

const blockOf = ({ path, type }: ProgramModule): Block => ({ path, type: type.slice(type.lastIndexOf('.') + 1) });
