// One clock for everything that is timed: monotonic, in nanoseconds.
#pragma once

#include <time.h>

#include <cstdint>

namespace sideload {

constexpr const char* kClock = "CLOCK_MONOTONIC";

inline int64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

}  // namespace sideload
