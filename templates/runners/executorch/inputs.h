// Inputs of an ExecuTorch method: checked, and in the order of axes that it wants.
#pragma once

#include <executorch/runtime/executor/method.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "executorch/platform.h"
#include "shared/engine.h"

namespace sideload {

namespace et = executorch::runtime;

class Inputs {
 public:
  // A .pte has no names of inputs: they come in the order of the signature.
  void use(et::Method& method, const Sample& sample, std::vector<Bytes> data) {
    if (sample.size() != method.inputs_size()) wrong_count(method.inputs_size(), sample.size());
    forget_messages();
    given_.clear();
    given_.resize(sample.size());
    for (size_t index = 0; index < sample.size(); index++) {
      const et::Result<et::TensorInfo> info = method.method_meta().input_tensor_meta(index);
      if (!info.ok()) fail(Trouble::input, info.error(), "input " + sample[index].name);
      check(sample[index], *info);
      keep(given_[index], sample[index], *info, std::move(data[index]));
    }
  }

  // Before every execution: inputs live in planned memory, which later tensors overwrite.
  void set(et::Method& method) const {
    for (size_t index = 0; index < given_.size(); index++) {
      const et::Error error = method.set_input(given_[index].value, index);
      if (error != et::Error::Ok) fail(Trouble::input, error, "input " + std::to_string(index));
    }
  }

 private:
  struct Given {
    std::vector<int32_t> sizes;
    std::vector<int32_t> strides;
    std::vector<uint8_t> order;
    Bytes data;
    std::unique_ptr<executorch::aten::TensorImpl> tensor;
    et::EValue value;
  };

  static void check(const Input& input, const et::TensorInfo& info) {
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
    check_sizes(input, info);
  }

  // The file says only how far an axis may grow, or where it is fixed how long it is.
  static void check_sizes(const Input& input, const et::TensorInfo& info) {
    for (size_t axis = 0; axis < input.shape.size(); axis++) {
      const int64_t most = info.sizes()[axis];
      if (input.shape[axis] <= most) continue;
      fail(Trouble::input, 0,
           "axis " + std::to_string(axis) + " of input " + input.name + " has " +
               std::to_string(input.shape[axis]) + " elements; the model takes at most " +
               std::to_string(most));
    }
  }

  static void keep(Given& given, const Input& input, const et::TensorInfo& info, Bytes data) {
    given.sizes.assign(input.shape.begin(), input.shape.end());
    given.order.assign(info.dim_order().begin(), info.dim_order().end());
    const Shape strides = strides_of(input.shape, given.order);
    given.strides.assign(strides.begin(), strides.end());
    given.data = is_row_major(given.order) ? std::move(data) : in_order(input, strides, data.get());
    given.tensor = std::make_unique<executorch::aten::TensorImpl>(
        info.scalar_type(), given.sizes.size(), given.sizes.data(), given.data.get(),
        given.order.data(), given.strides.data());
    given.value = et::EValue(executorch::aten::Tensor(given.tensor.get()));
  }

  static Bytes in_order(const Input& input, const Shape& strides, const char* data) {
    Bytes moved = allocate(static_cast<size_t>(input.bytes()), "input " + input.name);
    reorder(data, row_major_strides(input.shape), moved.get(), strides, input.shape,
            input.dtype->bytes);
    return moved;
  }

  std::vector<Given> given_;
};

}  // namespace sideload
