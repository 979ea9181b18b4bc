#!/bin/sh
# Classifies frames as they come, on a device: frames.sh MODEL.cwasm
# Frames are raw int8 images of the model's input size on standard input, one after another. For each, the command answers
# with a line as soon as it has read it; this loop is where the application does something about it.
# RUN: how to start the runtime; the default is the small wasmtime without a compiler.
set -eu
RUN=${RUN:-wasmtime-min run --allow-precompiled}

$RUN "$1" --stream | while read -r image number class rest; do
  echo "frame ${number%:} is ${class}"
done
