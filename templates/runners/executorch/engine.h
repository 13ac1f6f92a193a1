// ExecuTorch as an Engine, by its core interface alone: nothing of the C++ standard library crosses
// into its libraries, so a compiler with another standard library can build this too.
// Objects of its classes are made in place, never moved, and never destroyed.
#pragma once

#include <executorch/devtools/etdump/etdump_flatcc.h>
#include <executorch/extension/data_loader/mmap_data_loader.h>
#include <executorch/extension/memory_allocator/malloc_memory_allocator.h>
#include <executorch/runtime/executor/method.h>
#include <executorch/runtime/executor/program.h>
#include <executorch/runtime/platform/runtime.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "executorch/checks.h"
#include "executorch/inputs.h"
#include "executorch/outputs.h"
#include "executorch/platform.h"
#include "shared/run.h"

// Exported by libexecutorch_threadpool.so; the wheel has no header for it.
namespace executorch::extension::threadpool {
class ThreadPool {
 public:
  size_t get_thread_count() const;
  bool _unsafe_reset_threadpool(uint32_t threads);
};
ThreadPool* get_threadpool();
}  // namespace executorch::extension::threadpool

namespace sideload {

constexpr const char* kMethod = "forward";

class Engine {
 public:
  const char* runtime() const { return "executorch"; }
  std::string version() const { return RUNTIME_VERSION; }

  // A pool that is replaced after a method was loaded leaves that method with a dead one.
  void start(const Request& request) {
    hear_executorch();
    et::runtime_init();
    auto* const pool = executorch::extension::threadpool::get_threadpool();
    const auto threads = static_cast<uint32_t>(request.threads);
    if (pool == nullptr) fail(Trouble::runtime, 0, "ExecuTorch has no thread pool here");
    if (pool->get_thread_count() != threads && !pool->_unsafe_reset_threadpool(threads)) {
      fail(Trouble::runtime, 0, "cannot have " + std::to_string(threads) + " threads");
    }
    check_program(request.model);
  }

  Loaded load(const Request& request) {
    if (!request.profile.empty()) tracer_ = new executorch::etdump::ETDumpGen();
    const int64_t start = now_ns();
    open_program(request.model);
    const int64_t opened = now_ns();
    load_method();
    const int64_t ready = now_ns();
    return Loaded{ready - start, {{"program_ns", opened - start}, {"method_ns", ready - opened}}};
  }

  void use(const Sample& sample, std::vector<Bytes> data) {
    inputs_.use(method_->get(), sample, std::move(data));
  }

  void infer() {
    inputs_.set(method_->get());
    const et::Error error = method_->get().execute();
    if (error != et::Error::Ok) fail(Trouble::runtime, error, "cannot execute the model");
  }

  std::vector<Answer> answers() { return outputs_.read(method_->get()); }
  void release() {}
  void start_profile() { tracer_->reset(); }

  void save_profile(const Request& request) {
    const executorch::etdump::ETDumpResult dump = tracer_->get_etdump_data();
    if (dump.buf == nullptr) fail(Trouble::runtime, 0, "ExecuTorch recorded no profile");
    write_whole(request.profile, dump.buf, dump.size);
  }

 private:
  // Not locked into memory: phones allow a shell 64 KiB of that. Verified, because a corrupt file
  // would otherwise be read out of bounds.
  void open_program(const std::string& path) {
    using Loader = executorch::extension::MmapDataLoader;
    path_ = path;
    loader_ = new et::Result<Loader>(Loader::from(path_.c_str(), Loader::MlockConfig::NoMlock));
    if (!loader_->ok()) fail(Trouble::model, loader_->error(), "cannot open " + path);
    program_ = new et::Result<et::Program>(
        et::Program::load(&loader_->get(), et::Program::Verification::InternalConsistency));
    if (!program_->ok()) fail(Trouble::model, program_->error(), path + " cannot be loaded");
  }

  void load_method() {
    const et::Result<et::MethodMeta> meta = program_->get().method_meta(kMethod);
    if (!meta.ok()) fail(Trouble::model, meta.error(), path_ + " has no method forward");
    for (size_t index = 0; index < meta->num_memory_planned_buffers(); index++) plan(*meta, index);
    planned_ = new et::HierarchicalAllocator({spans_.data(), spans_.size()});
    manager_ = new et::MemoryManager(&method_memory_, planned_, &temporary_memory_);
    method_ = new et::Result<et::Method>(
        program_->get().load_method(kMethod, manager_, tracer_));
    if (!method_->ok()) fail(Trouble::model, method_->error(), path_ + " cannot be loaded");
  }

  // The pages are the kernel's until the model touches them.
  void plan(const et::MethodMeta& meta, size_t index) {
    const et::Result<int64_t> bytes = meta.memory_planned_buffer_size(index);
    if (!bytes.ok() || *bytes < 0) fail(Trouble::model, bytes.error(), path_ + " plans no memory");
    buffers_.push_back(allocate(static_cast<size_t>(*bytes), "the model"));
    spans_.emplace_back(reinterpret_cast<uint8_t*>(buffers_.back().get()),
                        static_cast<size_t>(*bytes));
  }

  std::string path_;
  executorch::etdump::ETDumpGen* tracer_ = nullptr;
  et::Result<executorch::extension::MmapDataLoader>* loader_ = nullptr;
  et::Result<et::Program>* program_ = nullptr;
  et::Result<et::Method>* method_ = nullptr;
  et::HierarchicalAllocator* planned_ = nullptr;
  et::MemoryManager* manager_ = nullptr;
  executorch::extension::MallocMemoryAllocator method_memory_;
  executorch::extension::MallocMemoryAllocator temporary_memory_;
  std::vector<Bytes> buffers_;
  std::vector<et::Span<uint8_t>> spans_;
  Inputs inputs_;
  Outputs outputs_;
};

}  // namespace sideload
