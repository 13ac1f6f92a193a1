// Loads a .pte, answers samples, and prints timing lines; see `shared/arguments.h`.
#include "executorch/engine.h"

int main(int argc, char** argv) { sideload::run<sideload::Engine>(argc, argv); }
