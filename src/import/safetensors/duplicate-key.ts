/** A token of JSON: a string, or one of its signs. Numbers and words are passed over. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The first key that one object of a sound JSON text has twice: JSON.parse keeps the last and says nothing. */
export function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last: string | undefined;
  for (const [text] of json.matchAll(token)) {
    if (text === '{') open.push(new Set());
    else if (text === '[') open.push(undefined);
    else if (text === '}' || text === ']') open.pop();
    else if (text === ':' && last !== undefined) {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    last = text.startsWith('"') ? text : undefined;
  }
  return undefined;
}
