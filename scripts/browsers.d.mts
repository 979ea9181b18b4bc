type Find = (options?: { readonly fetch?: boolean }) => string | undefined;

export const findChromium: Find;
export const findFirefox: Find;
/** WebKitGTK's MiniBrowser; only where there is xvfb-run as well. */
export const findWebkit: Find;
/** Debian's WebKitWebDriver, which drives it; only where there is xvfb-run as well. */
export const findWebkitDriver: Find;
