// A bare loop around ONNX Runtime: run, let go of the output. `onnxruntime MODEL INPUT THREADS
// WARMUP N` prints N times in nanoseconds. For one float32 input of 1x3x224x224.
#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "onnxruntime/api.h"

namespace ort = sideload::ort;
using Clock = std::chrono::steady_clock;

int main(int, char** argv) {
  setenv("ORT_DISABLE_TELEMETRY", "1", 1);
  void* library = dlopen("libonnxruntime.so.1", RTLD_NOW);
  if (library == nullptr) return 1;
  const auto entry = reinterpret_cast<const ort::Base* (*)()>(dlsym(library, "OrtGetApiBase"));
  const ort::Api api = ort::bind(entry()->table(ort::kVersion));
  ort::Env* env = nullptr;
  ort::Options* options = nullptr;
  ort::Session* session = nullptr;
  api.CreateEnv(ort::kErrorsOnly, "bare", &env);
  api.CreateSessionOptions(&options);
  api.SetIntraOpNumThreads(options, atoi(argv[3]));
  if (api.CreateSession(env, argv[1], options, &session) != nullptr) return 1;

  std::vector<float> pixels(3 * 224 * 224);
  FILE* file = fopen(argv[2], "rb");
  if (fread(pixels.data(), sizeof(float), pixels.size(), file) != pixels.size()) return 1;
  const int64_t shape[] = {1, 3, 224, 224};
  ort::MemoryInfo* memory = nullptr;
  ort::Value* input = nullptr;
  ort::Allocator* allocator = nullptr;
  char *in = nullptr, *out = nullptr;
  api.CreateCpuMemoryInfo(ort::kArena, ort::kDefault, &memory);
  api.CreateTensorWithDataAsOrtValue(memory, pixels.data(), pixels.size() * sizeof(float), shape, 4,
                                     1, &input);
  api.GetAllocatorWithDefaultOptions(&allocator);
  api.SessionGetInputName(session, 0, allocator, &in);
  api.SessionGetOutputName(session, 0, allocator, &out);

  const int warmup = atoi(argv[4]), count = atoi(argv[5]);
  std::vector<long long> times;
  for (int i = 0; i < warmup + count; i++) {
    ort::Value* output = nullptr;
    const auto start = Clock::now();
    if (api.Run(session, nullptr, &in, &input, 1, &out, 1, &output) != nullptr) return 1;
    if (i >= warmup) times.push_back((Clock::now() - start).count());
    api.ReleaseValue(output);
  }
  for (const long long ns : times) printf("%lld\n", ns);
  fflush(stdout);
  _exit(0);
}
