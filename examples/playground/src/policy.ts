import { modelAddresses } from './model-address.ts';

/**
 * The policy in index.html lets the page connect anywhere, since it cannot know what `?model=` names. This narrows it before
 * any other code runs: to the page's own origin, and to the models that its address names. Policies add up, and workers that
 * the page makes inherit them.
 */
function narrow(): void {
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = `connect-src 'self' ${sources().join(' ')}`;
  document.head.append(meta);
}

/** Whole addresses but for what follows `?`, which a policy cannot say. */
function sources(): string[] {
  try {
    return modelAddresses(location.href).map(({ origin, pathname }) =>
      (origin + pathname).replaceAll(';', '%3B').replaceAll(',', '%2C').replaceAll("'", '%27'),
    );
  } catch {
    return []; // the page says what is wrong with them
  }
}

narrow();
