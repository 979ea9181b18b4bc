/*
 * What wasm2c's C asks of its host, for a board: one static memory of MEMORY_BYTES, which is not rounded up to whole pages,
 * no heap, no signals. A trap is a defect (the engine refuses bad files with a status), and stops here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "wasm-rt.h"

static uint8_t memory_bytes[MEMORY_BYTES];
uint32_t wasm_rt_call_stack_depth;

void wasm_rt_init(void) {}
bool wasm_rt_is_initialized(void) { return true; }
void wasm_rt_free(void) {}
void wasm_rt_trap(wasm_rt_trap_t code) { exit(100 + (int)code); }

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint32_t max_pages) {
  memory->data = memory_bytes;
  memory->size = MEMORY_BYTES;
  memory->pages = pages;
  memory->max_pages = max_pages;
}

/* A bundle's memory is as large as it will ever be. */
uint32_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint32_t pages) {
  return pages == 0 ? memory->pages : UINT32_MAX;
}
void wasm_rt_free_memory(wasm_rt_memory_t *memory) { (void)memory; }

/* The engine calls nothing through a table, so types are never compared. */
uint32_t wasm_rt_register_func_type(uint32_t params, uint32_t results, ...) {
  (void)params;
  (void)results;
  return 0;
}
