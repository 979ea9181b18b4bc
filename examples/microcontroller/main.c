/* Classifies images from standard input with a model that wasm2c has turned into C: raw int8 rows in, one line an image,
 * or with --raw the output's bytes. With --raw --reset each image is a sequence of its own: what the last one left is forgotten. */
#include <stdio.h>
#include <string.h>

#include "model.h"

static Z_model_instance_t model;

static uint8_t *at(u32 address) { return Z_modelZ_memory(&model)->data + address; }

/* Reads one image into the arena, row by row: rows need not lie side by side. 0 at the end of the input. */
static int read_image(void) {
  u32 bytes = Z_modelZ_inputRowBytes(&model, 0);
  for (u32 row = 0; row < Z_modelZ_inputRows(&model, 0); row++) {
    if (fread(at(Z_modelZ_inputRow(&model, 0, row)), 1, bytes, stdin) != bytes) return 0;
  }
  return 1;
}

/* Writes the output's bytes, or the class of the greatest. */
static void write_output(int raw) {
  u32 bytes = Z_modelZ_outputRowBytes(&model, 0), best = 0;
  for (u32 row = 0; row < Z_modelZ_outputRows(&model, 0); row++) {
    const int8_t *values = (const int8_t *)at(Z_modelZ_outputRow(&model, 0, row));
    if (raw) fwrite(values, 1, bytes, stdout);
    for (u32 i = 1; i < bytes; i++) best = values[i] > values[best] ? i : best;
  }
  if (!raw) printf("%u\n", best);
}

int main(int argc, char **argv) {
  int raw = argc > 1 && strcmp(argv[1], "--raw") == 0;
  int resets = argc > 2 && strcmp(argv[2], "--reset") == 0;
  wasm_rt_init();
  Z_model_init_module();
  Z_model_instantiate(&model);
  u32 status = Z_modelZ_loadBundled(&model);
  while (status == 0 && read_image()) {
    if (resets) status = Z_modelZ_reset(&model);
    if (status == 0) status = Z_modelZ_run(&model);
    if (status == 0) write_output(raw);
  }
  if (status != 0) fprintf(stderr, "status %u (%u, %u)\n", status, Z_modelZ_detail(&model, 0), Z_modelZ_detail(&model, 1));
  return status != 0;
}
