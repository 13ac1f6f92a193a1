// ExecuTorch's own log: shown on stderr, and its last error kept for our `error` line.
#pragma once

#include <executorch/runtime/core/error.h>
#include <executorch/runtime/platform/platform.h>

#include <cstdio>
#include <string>

#include "shared/report.h"

namespace sideload {

inline char* last_message() {
  static char text[512];
  return text;
}

inline void keep_message(et_timestamp_t, et_pal_log_level_t level, const char*, const char*,
                         size_t, const char* message, size_t length) {
  if (level != et_pal_log_level_t::kError && level != et_pal_log_level_t::kFatal) return;
  const int shown = static_cast<int>(length < 500 ? length : 500);
  snprintf(last_message(), 512, "%.*s", shown, message);
  fprintf(stderr, "executorch: %s\n", last_message());
}

[[noreturn]] inline void fail(Trouble trouble, executorch::runtime::Error error,
                              const std::string& doing) {
  const char* const reason =
      last_message()[0] != 0 ? last_message() : executorch::runtime::to_string(error);
  fail(trouble, static_cast<int64_t>(error), doing + ": " + reason);
}

[[noreturn]] inline void on_abort() {
  fail(Trouble::runtime, 0, std::string("ExecuTorch gave up: ") + last_message());
}

inline void hear_executorch() {
  executorch::runtime::register_pal(executorch::runtime::PalImpl::create(
      nullptr, on_abort, nullptr, nullptr, keep_message, nullptr, nullptr, __FILE__));
}

}  // namespace sideload
