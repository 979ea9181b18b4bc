import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * Loader and checker take sums, products and narrower types of what is in a file by assembly/checked-arithmetic.ts alone. In
 * their sources + − * ** << and their assignments may stand between constants (numbers, and names in capitals), / and %
 * before a constant, ++ and −− anywhere: a counter stops at a limit. A cast to 32 bits or fewer may stand before a
 * constant, a load or a result of & >> >>> / %.
 */

const files = [
  'assembly/load.ts',
  'assembly/memory.ts',
  'assembly/model.ts',
  'assembly/self-test.ts',
  'assembly/tables.ts',
  'assembly/wasi/labels.ts',
  'assembly/wasi/prepare.ts',
  ...readdirSync('assembly/check').map((name) => `assembly/check/${name}`),
];

const { SyntaxKind: kind } = ts;
const growing = new Set([
  kind.PlusToken,
  kind.MinusToken,
  kind.AsteriskToken,
  kind.AsteriskAsteriskToken,
  kind.LessThanLessThanToken,
  kind.PlusEqualsToken,
  kind.MinusEqualsToken,
  kind.AsteriskEqualsToken,
  kind.AsteriskAsteriskEqualsToken,
  kind.LessThanLessThanEqualsToken,
]);
const dividing = new Set([kind.SlashToken, kind.PercentToken, kind.SlashEqualsToken, kind.PercentEqualsToken]);
const shrinking = new Set([
  kind.AmpersandToken,
  kind.GreaterThanGreaterThanToken,
  kind.GreaterThanGreaterThanGreaterThanToken,
  kind.SlashToken,
  kind.PercentToken,
]);

const bare = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) || ts.isTypeAssertionExpression(node) ? bare(node.expression) : node;

function isConstant(node: ts.Expression): boolean {
  const of = bare(node);
  if (ts.isNumericLiteral(of)) return true;
  if (ts.isPrefixUnaryExpression(of)) return isConstant(of.operand);
  if (ts.isBinaryExpression(of)) return isConstant(of.left) && isConstant(of.right);
  return ts.isIdentifier(of) && /^[A-Z][A-Z0-9_]*$/.test(of.text);
}

function isNarrow(node: ts.Expression): boolean {
  const of = bare(node);
  if (ts.isCallExpression(of)) return ts.isIdentifier(of.expression) && of.expression.text === 'load';
  return isConstant(of) || (ts.isBinaryExpression(of) && shrinking.has(of.operatorToken.kind));
}

/** Every place where a source counts by itself, as `line: text`. */
function strays(text: string): string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isStray(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${line + 1}: ${node.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isStray(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) {
    if (growing.has(node.operatorToken.kind)) return !isConstant(node);
    return dividing.has(node.operatorToken.kind) && !isConstant(node.right);
  }
  if (!ts.isTypeAssertionExpression(node)) return false;
  return !/^([iu]64|f(32|64))$/.test(node.type.getText()) && !isNarrow(node.expression);
}

it.each(files)('%s takes sums, products and narrower types by checked helpers', (path) => {
  expect(strays(readFileSync(path, 'utf8'))).toEqual([]);
});

describe('the reading of sources', () => {
  it.each([
    'heightOf(y) * widthOf(y) == 1',
    'const end = at + count;',
    'at += 4;',
    'word(s, A) << 10;',
    'channels % <i32>groups;',
    '-x - 1;',
    '<i32>rows;',
    '<usize>product(a, b);',
    'LIMIT * bytes;',
  ])('finds %s', (text) => {
    expect(strays(text)).not.toEqual([]);
  });

  it.each(['1 << 20;', 'HEADER + 4 * WORDS;', 'for (let i = 0; i < n; i++) f(i);', '<i32>(size / 4);', '<i64>height;'])(
    'passes %s',
    (text) => {
      expect(strays(text)).toEqual([]);
    },
  );
});
