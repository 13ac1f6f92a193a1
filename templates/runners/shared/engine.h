// What a runtime is to a runner. An Engine has:
//
//   const char* runtime(), std::string version()
//   void start(const Request&)            before the model is opened
//   Loaded load(const Request&)           opens the model; what that took
//   void use(const Sample&, std::vector<Bytes>)   checks the inputs and keeps them
//   void infer()                          one inference; this, and nothing else, is timed
//   std::vector<Answer> answers()         what the last inference gave, until `release`
//   void release()                        lets go of the answers, untimed
//   void start_profile()                  before the first measured inference of a profile pass
//   void save_profile(const Request&)     after the last
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shared/arguments.h"
#include "shared/files.h"
#include "shared/tensors.h"

namespace sideload {

// Nanoseconds of loading; parts are named in the `load` line.
struct Loaded {
  int64_t ns = 0;
  std::vector<std::pair<const char*, int64_t>> parts;
};

// One output in row-major order; `data` is the runtime's own memory. `name` may be empty.
struct Answer {
  std::string name;
  const Dtype* dtype;
  Shape shape;
  const void* data;
  size_t bytes;
};

[[noreturn]] inline void wrong_count(size_t wanted, size_t given) {
  fail(Trouble::input, 0,
       "the model takes " + std::to_string(wanted) + " inputs, not " + std::to_string(given));
}

}  // namespace sideload
