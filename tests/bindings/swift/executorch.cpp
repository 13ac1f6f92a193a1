// The C half of ExecuTorch.swift, over the C++ SDK of the wheel.
#include "include/executorch.h"

#include <memory>
#include <string>
#include <vector>

#include <executorch/extension/module/module.h>
#include <executorch/extension/tensor/tensor_ptr_maker.h>

using executorch::extension::Module;
using executorch::extension::TensorPtr;
using executorch::runtime::EValue;

struct module {
  std::unique_ptr<Module> held;
  std::vector<EValue> answers;
};

extern "C" {

module *module_open(const char *path, int32_t mode) {
  return new module{std::make_unique<Module>(std::string(path), static_cast<Module::LoadMode>(mode)), {}};
}

void module_close(module *opened) { delete opened; }

int32_t module_load_method(module *opened, const char *name) {
  return static_cast<int32_t>(opened->held->load_method(std::string(name)));
}

int32_t module_execute(module *opened, const char *method, const module_tensor *inputs, size_t count) {
  std::vector<TensorPtr> kept;
  std::vector<EValue> values;
  for (size_t at = 0; at < count; ++at) {
    const std::vector<executorch::aten::SizesType> sizes(inputs[at].sizes, inputs[at].sizes + inputs[at].rank);
    kept.push_back(executorch::extension::from_blob(
        const_cast<void *>(inputs[at].data), sizes, static_cast<executorch::aten::ScalarType>(inputs[at].type)));
    values.emplace_back(*kept.back());
  }
  auto answered = opened->held->execute(std::string(method), values);
  if (!answered.ok()) {
    return static_cast<int32_t>(answered.error());
  }
  opened->answers = std::move(answered.get());
  return 0;
}

size_t module_answers(const module *opened) { return opened->answers.size(); }

module_tensor module_answer(const module *opened, size_t index) {
  module_tensor told{};
  told.type = -1;
  if (!opened->answers[index].isTensor()) {
    return told;
  }
  const auto tensor = opened->answers[index].toTensor();
  told.type = static_cast<int32_t>(tensor.scalar_type());
  told.rank = static_cast<int32_t>(tensor.dim());
  for (int axis = 0; axis < told.rank; ++axis) {
    told.sizes[axis] = static_cast<int32_t>(tensor.size(axis));
  }
  told.data = tensor.const_data_ptr();
  told.bytes = tensor.nbytes();
  return told;
}

}  // extern "C"
