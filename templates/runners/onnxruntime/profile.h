// The profile that ONNX Runtime wrote, under the name that was asked for.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "shared/files.h"
#include "shared/report.h"

namespace sideload {

constexpr long kTailBytes = 8;

// ONNX Runtime's profile begins with loading and holds every run since. A last event of our own
// says how many of its runs, counted from the end, were the measured ones.
inline void mark_profile(const std::string& path, int64_t iterations) {
  FILE* file = fopen(path.c_str(), "r+e");
  if (file == nullptr) refused(Trouble::output, "cannot write " + path);
  char tail[kTailBytes + 1] = {};
  const bool read =
      fseek(file, -kTailBytes, SEEK_END) == 0 && fread(tail, 1, kTailBytes, file) == kTailBytes;
  const char* const end = strrchr(tail, ']');
  if (!read || end == nullptr) {
    fail(Trouble::runtime, 0, "ONNX Runtime's profile does not end as a list");
  }
  fseek(file, end - (tail + kTailBytes), SEEK_END);
  fprintf(file, ",{\"cat\":\"sideload\",\"name\":\"measured\",\"args\":{\"runs\":%lld}}]\n",
          static_cast<long long>(iterations));
  if (fclose(file) != 0) refused(Trouble::output, "cannot write " + path);
}

inline void publish_profile(const char* written, const std::string& path, int64_t iterations) {
  mark_profile(written, iterations);
  if (rename(written, path.c_str()) != 0) refused(Trouble::output, "cannot write " + path);
}

}  // namespace sideload
