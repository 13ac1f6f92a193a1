// ExecuTorch's own log: errors are shown on stderr, and kept for our `error` line.
#pragma once

#include <executorch/runtime/core/error.h>
#include <executorch/runtime/platform/platform.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "shared/report.h"

namespace sideload {

constexpr size_t kKeptBytes = 600;

// What went wrong since `forget_messages`, the cause first. No std::string: it is filled while the
// runtime may be out of memory.
inline char* messages() {
  static char text[kKeptBytes];
  return text;
}

inline void forget_messages() { messages()[0] = 0; }

inline void keep_message(et_timestamp_t, et_pal_log_level_t level, const char*, const char*,
                         size_t, const char* message, size_t length) {
  if (level != et_pal_log_level_t::kError && level != et_pal_log_level_t::kFatal) return;
  const int shown = static_cast<int>(length < kKeptBytes ? length : kKeptBytes);
  const size_t used = strlen(messages());
  snprintf(messages() + used, kKeptBytes - used, "%s%.*s", used == 0 ? "" : "; ", shown, message);
  fprintf(stderr, "executorch: %.*s\n", shown, message);
}

[[noreturn]] inline void fail(Trouble trouble, executorch::runtime::Error error,
                              const std::string& doing) {
  const char* const reason =
      messages()[0] != 0 ? messages() : executorch::runtime::to_string(error);
  fail(trouble, static_cast<int64_t>(error), doing + ": " + reason);
}

[[noreturn]] inline void on_abort() {
  fail(Trouble::runtime, 0, std::string("ExecuTorch gave up: ") + messages());
}

inline void hear_executorch() {
  executorch::runtime::register_pal(executorch::runtime::PalImpl::create(
      nullptr, on_abort, nullptr, nullptr, keep_message, nullptr, nullptr, __FILE__));
}

}  // namespace sideload
