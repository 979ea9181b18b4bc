/** Defined in the debug build alone (asconfig.json, `use`): ask by isDefined(BOUNDED). */
declare const BOUNDED: i32;
