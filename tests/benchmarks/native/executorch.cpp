// A bare loop around ExecuTorch: set the input, execute. `executorch MODEL INPUT THREADS WARMUP N`
// prints N times in nanoseconds. For one float32 input of 1x3x224x224.
#include <executorch/extension/data_loader/mmap_data_loader.h>
#include <executorch/extension/memory_allocator/malloc_memory_allocator.h>
#include <executorch/runtime/executor/method.h>
#include <executorch/runtime/executor/program.h>
#include <executorch/runtime/platform/runtime.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace executorch::extension::threadpool {
class ThreadPool {
 public:
  bool _unsafe_reset_threadpool(uint32_t threads);
};
ThreadPool* get_threadpool();
}  // namespace executorch::extension::threadpool

namespace et = executorch::runtime;
using Clock = std::chrono::steady_clock;

int main(int, char** argv) {
  et::runtime_init();
  executorch::extension::threadpool::get_threadpool()->_unsafe_reset_threadpool(atoi(argv[3]));
  using Loader = executorch::extension::MmapDataLoader;
  auto loader = Loader::from(argv[1], Loader::MlockConfig::NoMlock);
  auto program = et::Program::load(&loader.get());
  auto meta = program->method_meta("forward");
  std::vector<std::vector<uint8_t>> planned;
  std::vector<et::Span<uint8_t>> spans;
  for (size_t i = 0; i < meta->num_memory_planned_buffers(); i++) {
    planned.emplace_back(meta->memory_planned_buffer_size(i).get());
  }
  for (auto& buffer : planned) spans.emplace_back(buffer.data(), buffer.size());
  et::HierarchicalAllocator arena({spans.data(), spans.size()});
  executorch::extension::MallocMemoryAllocator memory, temporary;
  et::MemoryManager manager(&memory, &arena, &temporary);
  auto method = program->load_method("forward", &manager);

  std::vector<float> pixels(3 * 224 * 224);
  FILE* file = fopen(argv[2], "rb");
  if (fread(pixels.data(), sizeof(float), pixels.size(), file) != pixels.size()) return 1;
  int32_t sizes[] = {1, 3, 224, 224}, strides[] = {3 * 224 * 224, 224 * 224, 224, 1};
  uint8_t order[] = {0, 1, 2, 3};
  executorch::aten::TensorImpl tensor(executorch::aten::ScalarType::Float, 4, sizes,
                                      pixels.data(), order, strides);
  const et::EValue input(executorch::aten::Tensor{&tensor});

  const int warmup = atoi(argv[4]), count = atoi(argv[5]);
  std::vector<long long> times;
  for (int i = 0; i < warmup + count; i++) {
    const auto start = Clock::now();
    if (method->set_input(input, 0) != et::Error::Ok) return 1;
    if (method->execute() != et::Error::Ok) return 1;
    if (i >= warmup) times.push_back((Clock::now() - start).count());
  }
  for (const long long ns : times) printf("%lld\n", ns);
  fflush(stdout);
  _exit(0);
}
