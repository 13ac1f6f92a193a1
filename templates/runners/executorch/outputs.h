// Outputs of an ExecuTorch method as row-major tensors.
#pragma once

#include <executorch/runtime/executor/method.h>

#include <string>
#include <utility>
#include <vector>

#include "executorch/platform.h"
#include "shared/engine.h"

namespace sideload {

class Outputs {
 public:
  // A .pte holds no names of outputs.
  std::vector<Answer> read(executorch::runtime::Method& method) {
    copies_.clear();
    numbers_.clear();
    numbers_.reserve(method.outputs_size());
    std::vector<Answer> answers;
    for (size_t index = 0; index < method.outputs_size(); index++) {
      answers.push_back(read_one(method.get_output(index), index));
    }
    return answers;
  }

 private:
  Answer read_one(const executorch::runtime::EValue& value, size_t index) {
    if (value.isTensor()) return read_tensor(value.toTensor(), index);
    if (value.isInt()) return read_number("int64", value.toInt());
    if (value.isDouble()) return read_number("float64", value.toDouble());
    if (value.isBool()) return read_number("bool", static_cast<uint8_t>(value.toBool()));
    fail(Trouble::runtime, static_cast<int64_t>(value.tag),
         "output " + std::to_string(index) + " is neither a tensor nor a number");
  }

  // A size that a dynamic model computes, or a constant that was folded, is a scalar here.
  template <class Number>
  Answer read_number(const char* dtype, Number number) {
    numbers_.emplace_back();
    memcpy(&numbers_.back(), &number, sizeof number);
    return Answer{"", find_dtype([&](const Dtype& known) { return !strcmp(known.name, dtype); }),
                  {}, &numbers_.back(), sizeof number};
  }

  Answer read_tensor(const executorch::aten::Tensor& tensor, size_t index) {
    const auto type = static_cast<int>(tensor.scalar_type());
    const Dtype* dtype = find_dtype([&](const Dtype& known) { return known.executorch == type; });
    if (dtype == nullptr) {
      fail(Trouble::runtime, type, "output " + std::to_string(index) + " has an unknown dtype");
    }
    Shape shape(tensor.sizes().begin(), tensor.sizes().end());
    const std::vector<uint8_t> order(tensor.dim_order().begin(), tensor.dim_order().end());
    const void* data = tensor.const_data_ptr();
    if (!is_row_major(order)) data = row_major(data, shape, order, *dtype);
    return Answer{"", dtype, std::move(shape), data, tensor.nbytes()};
  }

  const void* row_major(const void* data, const Shape& shape, const std::vector<uint8_t>& order,
                        const Dtype& dtype) {
    const auto bytes = static_cast<size_t>(elements(shape)) * dtype.bytes;
    copies_.push_back(allocate(bytes, "an output"));
    reorder(static_cast<const char*>(data), strides_of(shape, order), copies_.back().get(),
            row_major_strides(shape), shape, dtype.bytes);
    return copies_.back().get();
  }

  std::vector<Bytes> copies_;
  std::vector<uint64_t> numbers_;
};

}  // namespace sideload
