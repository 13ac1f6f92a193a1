// Loads an .onnx, answers samples, and prints timing lines; see `shared/arguments.h`.
#include "onnxruntime/engine.h"

int main(int argc, char** argv) { sideload::run<sideload::Engine>(argc, argv); }
