// Element types by numpy's names, shapes, and the order of axes in memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sideload {

using Shape = std::vector<int64_t>;

// `executorch` and `onnxruntime` are the numbers that these give the type in their interfaces.
// A text has no fixed size. In files, each is UTF-8 and ends with a NUL, one after the other.
constexpr const char* kText = "string";

struct Dtype {
  const char* name;
  size_t bytes;
  int executorch;
  int onnxruntime;
};

constexpr Dtype kDtypes[] = {
    {"float32", 4, 6, 1},  {"float64", 8, 7, 11}, {"float16", 2, 5, 10},  {"int8", 1, 1, 3},
    {"int16", 2, 2, 5},    {"int32", 4, 3, 6},    {"int64", 8, 4, 7},     {"uint8", 1, 0, 2},
    {"uint16", 2, 27, 4},  {"uint32", 4, 28, 12}, {"uint64", 8, 29, 13},  {"bool", 1, 11, 9},
    {"bfloat16", 2, 15, 16}, {kText, 0, -1, 8},
};

inline bool is_text(const Dtype& dtype) { return strcmp(dtype.name, kText) == 0; }

template <class Same>
const Dtype* find_dtype(Same same) {
  for (const Dtype& dtype : kDtypes) {
    if (same(dtype)) return &dtype;
  }
  return nullptr;
}

// Elements in a tensor of that shape, or -1 where there are more than a file could hold.
inline int64_t elements(const Shape& shape) {
  constexpr int64_t most = int64_t{1} << 40;
  int64_t count = 1;
  for (const int64_t size : shape) {
    if (size == 0) return 0;
  }
  for (const int64_t size : shape) {
    if (size > most / count) return -1;
    count *= size;
  }
  return count;
}

inline std::string to_text(const Shape& shape) {
  std::string text;
  for (const int64_t size : shape) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text.empty() ? "scalar" : text;
}

inline bool is_row_major(const std::vector<uint8_t>& order) {
  for (size_t axis = 0; axis < order.size(); axis++) {
    if (order[axis] != axis) return false;
  }
  return true;
}

// Strides in elements of a dense tensor whose axes lie in `order`, the outermost first.
inline Shape strides_of(const Shape& shape, const std::vector<uint8_t>& order) {
  Shape strides(shape.size());
  int64_t step = 1;
  for (size_t place = order.size(); place-- > 0;) {
    strides[order[place]] = step;
    step *= shape[order[place]] > 0 ? shape[order[place]] : 1;
  }
  return strides;
}

inline Shape row_major_strides(const Shape& shape) {
  std::vector<uint8_t> order(shape.size());
  for (size_t axis = 0; axis < order.size(); axis++) order[axis] = static_cast<uint8_t>(axis);
  return strides_of(shape, order);
}

// Copies a dense tensor from one order of axes to another, given both strides in elements.
inline void reorder(const char* from, const Shape& from_strides, char* to,
                    const Shape& to_strides, const Shape& shape, size_t element_bytes) {
  Shape index(shape.size(), 0);
  for (int64_t left = elements(shape); left > 0; left--) {
    int64_t source = 0;
    int64_t target = 0;
    for (size_t axis = 0; axis < shape.size(); axis++) {
      source += index[axis] * from_strides[axis];
      target += index[axis] * to_strides[axis];
    }
    memcpy(to + target * static_cast<int64_t>(element_bytes),
           from + source * static_cast<int64_t>(element_bytes), element_bytes);
    for (size_t axis = shape.size(); axis-- > 0 && ++index[axis] == shape[axis];) index[axis] = 0;
  }
}

}  // namespace sideload
