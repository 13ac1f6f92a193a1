// The arguments that every runner takes; `sideload/runners/__init__.py` writes them.
//
//   --run ID --model FILE --threads N --warmup N --warmup-ms MS --iterations N --outputs PREFIX
//   [--profile FILE] (--sample (--input DTYPE:2x3:FILE:NAME)*)+
#pragma once

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "shared/report.h"
#include "shared/tensors.h"

namespace sideload {

struct Input {
  const Dtype* dtype;
  Shape shape;
  std::string file;
  std::string name;

  int64_t bytes() const { return elements(shape) * static_cast<int64_t>(dtype->bytes); }
};

using Sample = std::vector<Input>;

struct Request {
  std::string run;
  std::string model;
  std::string outputs;
  std::string profile;
  int64_t threads = 0;
  int64_t warmup = -1;
  int64_t warmup_ms = -1;
  int64_t iterations = 0;
  std::vector<Sample> samples;
};

struct TextOption {
  const char* name;
  std::string Request::*field;
  bool required;
};

struct CountOption {
  const char* name;
  int64_t Request::*field;
  int64_t least;
  int64_t most;
};

constexpr size_t kMostAxes = 16;
const TextOption kTexts[] = {{"--run", &Request::run, true},
                             {"--model", &Request::model, true},
                             {"--outputs", &Request::outputs, true},
                             {"--profile", &Request::profile, false}};
const CountOption kCounts[] = {{"--threads", &Request::threads, 1, 256},
                               {"--warmup", &Request::warmup, 0, 1000000},
                               {"--warmup-ms", &Request::warmup_ms, 0, 600000},
                               {"--iterations", &Request::iterations, 1, 1000000}};

[[noreturn]] inline void misused(const std::string& message) {
  fail(Trouble::usage, 0, message);
}

// A whole number in decimal digits and nothing else.
inline bool to_number(const std::string& text, int64_t& number) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) return false;
  errno = 0;
  number = strtoll(text.c_str(), nullptr, 10);
  return errno == 0;
}

inline std::string take_until(std::string& rest, char mark, const std::string& whole) {
  const size_t at = rest.find(mark);
  if (at == std::string::npos) misused("--input " + whole + " is not DTYPE:2x3:FILE:NAME");
  std::string part = rest.substr(0, at);
  rest.erase(0, at + 1);
  return part;
}

inline Shape to_shape(std::string text, const std::string& whole) {
  Shape shape;
  text += text.empty() ? "" : "x";
  while (!text.empty()) {
    int64_t size = 0;
    const std::string digits = take_until(text, 'x', whole);
    if (!to_number(digits, size) || size > INT32_MAX) misused("--input " + whole + ": bad shape");
    shape.push_back(size);
  }
  if (shape.size() > kMostAxes) misused("--input " + whole + ": more than 16 axes");
  if (elements(shape) < 0) misused("--input " + whole + ": more elements than a file can hold");
  return shape;
}

// The name may hold anything, colons too, so it comes last.
inline Input to_input(const std::string& whole) {
  std::string rest = whole;
  const std::string type = take_until(rest, ':', whole);
  const std::string shape = take_until(rest, ':', whole);
  const std::string file = take_until(rest, ':', whole);
  const Dtype* dtype = find_dtype([&](const Dtype& known) { return type == known.name; });
  if (dtype == nullptr) misused("--input " + whole + ": no dtype is called " + type);
  return Input{dtype, to_shape(shape, whole), file, rest};
}

inline void add_input(Request& request, const std::string& text) {
  if (request.samples.empty()) misused("--input " + text + " comes before any --sample");
  Sample& sample = request.samples.back();
  sample.push_back(to_input(text));
  for (size_t index = 0; index + 1 < sample.size(); index++) {
    if (sample[index].name == sample.back().name) {
      misused("two inputs of one sample are called " + sample.back().name);
    }
  }
}

inline void set_option(Request& request, const std::string& option, const std::string& value) {
  for (const TextOption& known : kTexts) {
    if (option == known.name) {
      request.*known.field = value;
      return;
    }
  }
  for (const CountOption& known : kCounts) {
    if (option != known.name) continue;
    int64_t& number = request.*known.field;
    if (!to_number(value, number) || number < known.least || number > known.most) {
      misused(option + " takes a whole number from " + std::to_string(known.least) + " to " +
              std::to_string(known.most) + ", not " + value);
    }
    return;
  }
  if (option != "--input") misused("unknown option " + option);
  add_input(request, value);
}

inline void require_all(const Request& request) {
  for (const TextOption& known : kTexts) {
    if (known.required && (request.*known.field).empty()) {
      misused(std::string(known.name) + " is missing");
    }
  }
  for (const CountOption& known : kCounts) {
    if (request.*known.field < known.least) misused(std::string(known.name) + " is missing");
  }
  if (request.samples.empty()) misused("--sample is missing");
}

inline Request parse(const std::vector<std::string>& words) {
  Request request;
  for (size_t at = 0; at < words.size(); at++) {
    if (words[at] == "--sample") {
      request.samples.emplace_back();
    } else if (at + 1 == words.size()) {
      misused(words[at] + " needs a value");
    } else {
      set_option(request, words[at], words[at + 1]);
      if (words[at] == "--run") report().begin(request.run);
      at++;
    }
  }
  require_all(request);
  return request;
}

}  // namespace sideload
