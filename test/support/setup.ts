import fc from 'fast-check';

/** Property tests take the same cases every time, so that a red run can be repeated. `SEED=n npm test` takes others. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20) });
