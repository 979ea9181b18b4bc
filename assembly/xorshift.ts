/** The state after `state` of the generator that known answers grow from: xorshift32. */
@inline
export function nextState(state: u32): u32 {
  state ^= state << 13;
  state ^= state >>> 17;
  return state ^ (state << 5);
}

/** The upper 24 bits of a state times 2 to the power of its lowest three less 23. */
@inline
export function realOf(state: u32): f32 {
  return <f32>((<i32>state) >> 8) * reinterpret<f32>((104 + (state & 7)) << 23);
}
