// ExecuTorch behind `shared/run.h`, by its core interface alone: nothing of the C++ standard library
// crosses into its libraries, so a compiler with another standard library can build this too.
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

namespace et = executorch::runtime;

constexpr const char* kMethod = "forward";

[[noreturn]] inline void fail(Trouble trouble, et::Error error, const std::string& doing) {
  const std::string reason = last_message()[0] != 0 ? last_message() : et::to_string(error);
  fail(trouble, static_cast<int64_t>(error), doing + ": " + reason);
}

// One input of a sample, in the order of axes that the method wants.
struct Given {
  std::vector<int32_t> sizes;
  std::vector<int32_t> strides;
  std::vector<uint8_t> order;
  Bytes data;
  std::unique_ptr<executorch::aten::TensorImpl> tensor;
  et::EValue value;
};

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
    const size_t wanted = method_->get().inputs_size();
    if (sample.size() != wanted) {
      fail(Trouble::input, 0,
           "the model takes " + std::to_string(wanted) + " inputs, not " +
               std::to_string(sample.size()));
    }
    given_.clear();
    given_.resize(wanted);
    for (size_t index = 0; index < wanted; index++) {
      keep(given_[index], index, sample[index], std::move(data[index]));
    }
  }

  // Inputs are set every time: they live in planned memory, which later tensors overwrite.
  void infer() {
    et::Method& method = method_->get();
    for (size_t index = 0; index < given_.size(); index++) {
      const et::Error error = method.set_input(given_[index].value, index);
      if (error != et::Error::Ok) fail(Trouble::input, error, "input " + std::to_string(index));
    }
    const et::Error error = method.execute();
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

  void keep(Given& given, size_t index, const Input& input, Bytes data) {
    const et::Result<et::TensorInfo> info = method_->get().method_meta().input_tensor_meta(index);
    if (!info.ok()) fail(Trouble::input, info.error(), "input " + input.name + " is no tensor");
    check_input(input, *info);
    given.sizes.assign(input.shape.begin(), input.shape.end());
    given.order.assign(info->dim_order().begin(), info->dim_order().end());
    const Shape strides = strides_of(input.shape, given.order);
    given.strides.assign(strides.begin(), strides.end());
    given.data = in_order(input, given.order, std::move(data));
    given.tensor = std::make_unique<executorch::aten::TensorImpl>(
        info->scalar_type(), given.sizes.size(), given.sizes.data(), given.data.get(),
        given.order.data(), given.strides.data());
    given.value = et::EValue(executorch::aten::Tensor(given.tensor.get()));
  }

  static void check_input(const Input& input, const et::TensorInfo& info) {
    const auto type = static_cast<int>(info.scalar_type());
    const Dtype* wanted = find_dtype([&](const Dtype& known) { return known.executorch == type; });
    if (wanted != input.dtype) {
      fail(Trouble::input, 0,
           "input " + input.name + " is " + input.dtype->name + "; the model takes " +
               (wanted == nullptr ? "another dtype" : wanted->name));
    }
    if (input.shape.size() != info.sizes().size()) {
      fail(Trouble::input, 0,
           "input " + input.name + " has " + std::to_string(input.shape.size()) +
               " axes; the model takes " + std::to_string(info.sizes().size()));
    }
  }

  static Bytes in_order(const Input& input, const std::vector<uint8_t>& order, Bytes data) {
    if (is_row_major(order)) return data;
    std::vector<uint8_t> plain(order.size());
    for (size_t axis = 0; axis < plain.size(); axis++) plain[axis] = static_cast<uint8_t>(axis);
    Bytes moved = allocate(static_cast<size_t>(input.bytes()), "input " + input.name);
    reorder(data.get(), strides_of(input.shape, plain), moved.get(),
            strides_of(input.shape, order), input.shape, input.dtype->bytes);
    return moved;
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
  std::vector<Given> given_;
  Outputs outputs_;
};

}  // namespace sideload
