// What can be said of a .pte before ExecuTorch reads it: is it one, and is all of it there?
//
// Layout: a flatbuffer with identifier ET12, then at byte 8 `eh00`, the header's length (u32), the
// program's size (u64), where its segments begin (u64) and, in longer headers, their size (u64).
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "shared/files.h"
#include "shared/report.h"

namespace sideload {

constexpr size_t kHeadBytes = 40;
constexpr uint32_t kLengthWithSegments = 32;

template <class Number>
Number number_at(const unsigned char* head, size_t at) {
  Number number = 0;
  for (size_t byte = sizeof number; byte-- > 0;) {
    number = static_cast<Number>(number << 8 | head[at + byte]);
  }
  return number;
}

// How many bytes the header says that the file has; 0 where it has no such header.
inline uint64_t claimed_bytes(const unsigned char* head) {
  if (memcmp(head + 8, "eh00", 4) != 0) return 0;
  const auto program = number_at<uint64_t>(head, 16);
  const auto segments_at = number_at<uint64_t>(head, 24);
  if (segments_at == 0 || number_at<uint32_t>(head, 12) < kLengthWithSegments) return program;
  const auto segments = number_at<uint64_t>(head, 32);
  return segments > UINT64_MAX - segments_at ? UINT64_MAX : segments_at + segments;
}

inline void check_program(const std::string& path) {
  const int64_t size = size_of(path, Trouble::model);
  unsigned char head[kHeadBytes] = {};
  FILE* file = fopen(path.c_str(), "re");
  if (file == nullptr) refused(Trouble::model, "cannot read " + path);
  const size_t got = fread(head, 1, sizeof head, file);
  fclose(file);
  if (got < sizeof head || memcmp(head + 4, "ET12", 4) != 0) {
    fail(Trouble::model, 0, path + " is not an ExecuTorch program");
  }
  const uint64_t claimed = claimed_bytes(head);
  if (claimed > static_cast<uint64_t>(size)) {
    fail(Trouble::model, 0,
         path + " is truncated: it has " + std::to_string(size) + " bytes and says " +
             std::to_string(claimed));
  }
}

}  // namespace sideload
