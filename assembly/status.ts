import { OPCODES } from "./instructions";

/** In the order of src/format/status.ts (test/format/status.test.ts holds them together). */
export const OK: i32 = 0;
export const NOT_MODEL: i32 = 1;
export const VERSION: i32 = 2;
export const TRUNCATED: i32 = 3;
export const CHECKSUM: i32 = 4;
export const FEATURES_MISSING: i32 = 5;
export const SECTION: i32 = 6;
export const OPERAND: i32 = 7;
export const STAGE: i32 = 8;
export const SCHEDULE: i32 = 9;
export const INTERFACE: i32 = 10;
export const MEMORY: i32 = 11;
export const NOT_LOADED: i32 = 12;
export const STEPS: i32 = 13;

/** Opcodes this engine has, a bit each. */
export const FEATURES: u32 = (1 << OPCODES) - 1;
