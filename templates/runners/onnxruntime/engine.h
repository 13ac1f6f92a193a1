// ONNX Runtime as an Engine, by its C interface.
#pragma once

#include <dlfcn.h>
#include <stdlib.h>

#include <cstring>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "onnxruntime/api.h"
#include "onnxruntime/profile.h"
#include "shared/run.h"

namespace sideload {

constexpr const char* kLibrary = "libonnxruntime.so.1";

class Engine {
 public:
  const char* runtime() const { return "onnxruntime"; }
  std::string version() const { return version_; }

  // Telemetry must be off before the library is even loaded.
  void start(const Request& request) {
    setenv("ORT_DISABLE_TELEMETRY", "1", 1);
    const int64_t start = now_ns();
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) fail(Trouble::runtime, 0, dlerror());
    const auto entry = reinterpret_cast<const ort::Base* (*)()>(dlsym(library, "OrtGetApiBase"));
    if (entry == nullptr) fail(Trouble::runtime, 0, dlerror());
    library_ns_ = now_ns() - start;
    version_ = entry()->version();
    void* const* table = entry()->table(ort::kVersion);
    if (table == nullptr) fail(Trouble::runtime, 0, version_ + " has no interface of version 5");
    api_ = ort::bind(table);
    make_environment(request);
  }

  Loaded load(const Request& request) {
    const int64_t start = now_ns();
    ort::Status* status = api_.CreateSession(env_, request.model.c_str(), options_, &session_);
    const int64_t ns = now_ns() - start;
    check(status, Trouble::model, request.model + " cannot be loaded");
    name_outputs();
    return Loaded{ns, {{"session_ns", ns}, {"library_ns", library_ns_}}};
  }

  void use(const Sample& sample, std::vector<Bytes> data) {
    size_t wanted = 0;
    check(api_.SessionGetInputCount(session_, &wanted), Trouble::model, "no count of inputs");
    if (sample.size() != wanted) wrong_count(wanted, sample.size());
    forget_inputs();
    data_ = std::move(data);
    for (size_t index = 0; index < sample.size(); index++) add(sample[index], data_[index].get());
  }

  void infer() {
    ort::Status* status =
        api_.Run(session_, nullptr, input_names_.data(), inputs_.data(), inputs_.size(),
                 output_names_.data(), outputs_.size(), outputs_.data());
    if (status != nullptr) refused_run(status);
  }

  std::vector<Answer> answers() {
    std::vector<Answer> answers;
    texts_.clear();
    for (size_t index = 0; index < outputs_.size(); index++) {
      answers.push_back(answer(outputs_[index], output_names_[index]));
    }
    return answers;
  }

  void release() {
    for (ort::Value*& value : outputs_) {
      if (value != nullptr) api_.ReleaseValue(value);
      value = nullptr;
    }
  }

  // It records from loading on; `publish_profile` says where the measured part begins.
  void start_profile() {}

  void save_profile(const Request& request) {
    char* written = nullptr;
    check(api_.SessionEndProfiling(session_, allocator_, &written), Trouble::output,
          "no profile was written");
    publish_profile(written, request.profile, request.iterations);
  }

 private:
  void check(ort::Status* status, Trouble trouble, const std::string& doing) const {
    if (status == nullptr) return;
    fail(trouble, api_.GetErrorCode(status), doing + ": " + api_.GetErrorMessage(status));
  }

  [[noreturn]] void refused_run(ort::Status* status) const {
    const int code = api_.GetErrorCode(status);
    const Trouble trouble = code == ort::kInvalidArgument ? Trouble::input : Trouble::runtime;
    fail(trouble, code, std::string("cannot execute the model: ") + api_.GetErrorMessage(status));
  }

  // Threads spin while they wait, as they do in an app that sets nothing else.
  void make_environment(const Request& request) {
    const std::string doing = "ONNX Runtime does not start";
    const auto must = [&](ort::Status* status) { check(status, Trouble::runtime, doing); };
    must(api_.CreateEnv(ort::kErrorsOnly, "sideload", &env_));
    must(api_.DisableTelemetryEvents(env_));
    must(api_.CreateSessionOptions(&options_));
    must(api_.SetSessionGraphOptimizationLevel(options_, ort::kAll));
    must(api_.SetIntraOpNumThreads(options_, static_cast<int>(request.threads)));
    must(api_.SetInterOpNumThreads(options_, 1));
    must(api_.CreateCpuMemoryInfo(ort::kArena, ort::kDefault, &memory_));
    must(api_.GetAllocatorWithDefaultOptions(&allocator_));
    if (!request.profile.empty()) must(api_.EnableProfiling(options_, request.profile.c_str()));
  }

  void name_outputs() {
    size_t count = 0;
    check(api_.SessionGetOutputCount(session_, &count), Trouble::model, "no count of outputs");
    for (size_t index = 0; index < count; index++) {
      char* name = nullptr;
      check(api_.SessionGetOutputName(session_, index, allocator_, &name), Trouble::model,
            "no name of an output");
      output_names_.push_back(name);
    }
    outputs_.resize(count, nullptr);
  }

  void add(const Input& input, char* data) {
    ort::Value* value = nullptr;
    if (is_text(*input.dtype)) {
      value = texts(input, data);
    } else {
      check(api_.CreateTensorWithDataAsOrtValue(memory_, data, static_cast<size_t>(input.bytes()),
                                                input.shape.data(), input.shape.size(),
                                                input.dtype->onnxruntime, &value),
            Trouble::input, "input " + input.name);
    }
    inputs_.push_back(value);
    input_names_.push_back(input.name.c_str());
  }

  // The runtime keeps copies of texts.
  ort::Value* texts(const Input& input, const char* data) const {
    std::vector<const char*> starts(static_cast<size_t>(elements(input.shape)));
    for (const char*& start : starts) {
      start = data;
      data += strlen(data) + 1;
    }
    ort::Value* value = nullptr;
    const std::string doing = "input " + input.name;
    const auto must = [&](ort::Status* status) { check(status, Trouble::input, doing); };
    must(api_.CreateTensorAsOrtValue(allocator_, input.shape.data(), input.shape.size(),
                                     input.dtype->onnxruntime, &value));
    must(api_.FillStringTensor(value, starts.data(), starts.size()));
    return value;
  }

  // The texts of an output as files have them; kept until the next answers.
  Answer texts(const ort::Value* value, const std::string& name, const Dtype* dtype, Shape shape) {
    const auto must = [&](ort::Status* status) {
      check(status, Trouble::runtime, "output " + name + " cannot be read");
    };
    const auto count = static_cast<size_t>(elements(shape));
    size_t bytes = 0;
    must(api_.GetStringTensorDataLength(value, &bytes));
    std::string all(bytes, '\0');
    std::vector<size_t> starts(count);
    must(api_.GetStringTensorContent(value, all.data(), bytes, starts.data(), count));
    starts.push_back(bytes);
    std::string& ended = *texts_.emplace(texts_.end());
    for (size_t index = 0; index < count; index++) {
      const std::string text = all.substr(starts[index], starts[index + 1] - starts[index]);
      if (text.find('\0') != std::string::npos) {
        fail(Trouble::runtime, 0, "output " + name + " has a text with a NUL in it");
      }
      ended.append(text).push_back('\0');
    }
    return Answer{name, dtype, std::move(shape), ended.data(), ended.size()};
  }

  void forget_inputs() {
    for (ort::Value* value : inputs_) api_.ReleaseValue(value);
    inputs_.clear();
    input_names_.clear();
  }

  Answer answer(ort::Value* value, const std::string& name) {
    const std::string doing = "output " + name + " cannot be read";
    const auto must = [&](ort::Status* status) { check(status, Trouble::runtime, doing); };
    int is_tensor = 0;
    if (value != nullptr) must(api_.IsTensor(value, &is_tensor));
    if (is_tensor == 0) fail(Trouble::runtime, 0, "output " + name + " is no tensor");
    ort::TensorInfo* info = nullptr;
    must(api_.GetTensorTypeAndShape(value, &info));
    int type = 0;
    must(api_.GetTensorElementType(info, &type));
    size_t axes = 0;
    must(api_.GetDimensionsCount(info, &axes));
    Shape shape(axes);
    must(api_.GetDimensions(info, shape.data(), axes));
    api_.ReleaseTensorTypeAndShapeInfo(info);
    const Dtype* dtype = find_dtype([&](const Dtype& known) { return known.onnxruntime == type; });
    if (dtype == nullptr) fail(Trouble::runtime, type, "output " + name + " has an unknown dtype");
    if (is_text(*dtype)) return texts(value, name, dtype, std::move(shape));
    void* data = nullptr;
    must(api_.GetTensorMutableData(value, &data));
    const auto bytes = static_cast<size_t>(elements(shape)) * dtype->bytes;
    return Answer{name, dtype, std::move(shape), data, bytes};
  }

  ort::Api api_;
  std::string version_;
  int64_t library_ns_ = 0;
  ort::Env* env_ = nullptr;
  ort::Options* options_ = nullptr;
  ort::Session* session_ = nullptr;
  ort::MemoryInfo* memory_ = nullptr;
  ort::Allocator* allocator_ = nullptr;
  std::vector<Bytes> data_;
  std::vector<const char*> input_names_;
  std::vector<ort::Value*> inputs_;
  std::vector<const char*> output_names_;
  std::vector<ort::Value*> outputs_;
  std::list<std::string> texts_;
};

}  // namespace sideload
