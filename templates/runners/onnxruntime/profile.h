// The profile that ONNX Runtime wrote, under the name that was asked for.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "shared/files.h"
#include "shared/report.h"

namespace sideload {

// ONNX Runtime's profile begins with loading and holds every run since. A last event of our own says
// how many of its runs, counted from the end, were the measured ones.
inline void mark_profile(const std::string& path, int64_t iterations) {
  FILE* file = fopen(path.c_str(), "r+e");
  if (file == nullptr) refused(Trouble::output, "cannot write " + path);
  long at = -1;
  if (fseek(file, -8, SEEK_END) == 0) {
    const long tail = ftell(file);
    for (int place = 0, character; (character = fgetc(file)) != EOF; place++) {
      if (character == ']') at = tail + place;
    }
  }
  if (at < 0) fail(Trouble::runtime, 0, "ONNX Runtime's profile does not end as a list");
  fseek(file, at, SEEK_SET);
  fprintf(file, ",{\"cat\":\"sideload\",\"name\":\"measured\",\"args\":{\"runs\":%lld}}]\n",
          static_cast<long long>(iterations));
  if (fclose(file) != 0) refused(Trouble::output, "cannot write " + path);
}

inline void publish_profile(const char* written, const std::string& path, int64_t iterations) {
  mark_profile(written, iterations);
  if (rename(written, path.c_str()) != 0) refused(Trouble::output, "cannot write " + path);
}

}  // namespace sideload
