/** The entry of the debug build: the engine, with the functions that scripts/bound-accesses.mjs calls (bounds/ranges.ts). */
export * from "./index";
export { bound, copies, copying, filling, fills, limitAccesses, loads, stores } from "./bounds/ranges";
