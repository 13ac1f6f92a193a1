// Raw input files: looked at before anything is loaded, read one sample at a time.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "shared/arguments.h"
#include "shared/files.h"

namespace sideload {

inline void refuse_bad_bools(const Input& input, const char* data) {
  for (int64_t at = 0; at < input.bytes(); at++) {
    if (static_cast<unsigned char>(data[at]) > 1) {
      fail(Trouble::input, 0, input.file + " holds a bool that is neither 0 nor 1");
    }
  }
}

// As many texts as the shape says, each with its NUL.
inline Bytes read_texts(const Input& input) {
  const auto bytes = static_cast<size_t>(size_of(input.file, Trouble::input));
  Bytes data = allocate(bytes, "input " + input.name);
  read_exactly(input.file, data.get(), bytes);
  const auto ends = std::count(data.get(), data.get() + bytes, '\0');
  const bool ended = bytes == 0 || data.get()[bytes - 1] == '\0';
  if (ends == elements(input.shape) && ended) return data;
  fail(Trouble::input, 0,
       input.file + " has " + std::to_string(ends) + " whole texts; " + to_text(input.shape) +
           " has " + std::to_string(elements(input.shape)));
}

inline Bytes read_input(const Input& input) {
  if (is_text(*input.dtype)) return read_texts(input);
  const auto bytes = static_cast<size_t>(input.bytes());
  Bytes data = allocate(bytes, "input " + input.name);
  read_exactly(input.file, data.get(), bytes);
  if (strcmp(input.dtype->name, "bool") == 0) refuse_bad_bools(input, data.get());
  return data;
}

inline std::vector<Bytes> read_sample(const Sample& sample) {
  std::vector<Bytes> data;
  for (const Input& input : sample) data.push_back(read_input(input));
  return data;
}

inline void check_input_file(const Input& input) {
  const int64_t size = size_of(input.file, Trouble::input);
  if (size == input.bytes() || is_text(*input.dtype)) return;
  fail(Trouble::input, 0,
       input.file + " has " + std::to_string(size) + " bytes; " + input.dtype->name + " " +
           to_text(input.shape) + " has " + std::to_string(input.bytes()));
}

// A mistake in an argument shall cost no time.
inline void check_files(const Request& request) {
  size_of(request.model, Trouble::model);
  for (const Sample& sample : request.samples) {
    for (const Input& input : sample) check_input_file(input);
  }
}

}  // namespace sideload
