"""Runs a model through the engine's exports from Python (docs/abi.md): ENGINE.wasm MODEL.lbm INPUT [--reset] > output bytes.

With --reset each image is a sequence of its own: variables get their first values before it.
"""

import sys

from wasmtime import Engine, Instance, Module, Store

engine_file, model_file, input_file = sys.argv[1:4]
resets = sys.argv[4:] == ["--reset"]
store = Store(Engine())
exports = Instance(store, Module.from_file(store.engine, engine_file), []).exports(store)
memory = exports["memory"]


def call(name, *arguments):
    return exports[name](store, *arguments)


with open(model_file, "rb") as file:
    model = file.read()
address = call("reserve", len(model))
memory.write(store, model, address)
status = call("load", address, len(model))
if status != 0:
    sys.exit(f"refused: status {status}, {call('detail', 0)}, {call('detail', 1)}")

rows, size = call("inputRows", 0), call("inputRowBytes", 0)
with open(input_file, "rb") as file:
    while image := file.read(rows * size):
        for row in range(rows):
            memory.write(store, image[row * size : (row + 1) * size], call("inputRow", 0, row))
        if resets and call("reset") != 0:
            sys.exit("the variables do not get their first values")
        if call("run") != 0:
            sys.exit("the schedule does not run to its end")
        for row in range(call("outputRows", 0)):
            at = call("outputRow", 0, row)
            sys.stdout.buffer.write(memory.read(store, at, at + call("outputRowBytes", 0)))
