interface Stream {
  readonly isTTY?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether a stream gets colours: on a terminal, unless NO_COLOR says otherwise or it is a dumb one; anywhere where
 * FORCE_COLOR asks for it. --no-color and --color of the command line go before all of these.
 */
export function wantsColor({ isTTY }: Stream, env: Environment, args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  const flag = options.filter((arg) => arg === '--color' || arg === '--no-color').at(-1);
  if (flag) return flag === '--color';
  if (env.NO_COLOR) return false;
  const { FORCE_COLOR: forced } = env;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY === true && env.TERM !== 'dumb';
}
