// A runtime that crashes on a bad model still ends with an `error` line and an exit status.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <string>

#include "shared/report.h"

namespace sideload {

struct Fatal {
  int signal;
  const char* name;
};

constexpr Fatal kFatal[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGABRT, "SIGABRT"},
                            {SIGFPE, "SIGFPE"},   {SIGILL, "SIGILL"}};

// Written before anything can crash, because a signal handler may not allocate memory.
inline std::string* last_words() {
  static auto* const lines = new std::string[sizeof kFatal / sizeof kFatal[0]];
  return lines;
}

inline volatile sig_atomic_t crash_status = static_cast<int>(Trouble::runtime);

inline void on_fatal_signal(int signal) {
  for (size_t index = 0; index < sizeof kFatal / sizeof kFatal[0]; index++) {
    if (kFatal[index].signal != signal) continue;
    const std::string& line = last_words()[index];
    // The exit status tells, even where the line cannot be written.
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(crash_status);
  }
  _exit(crash_status);
}

// From here on a crash is reported as having happened `doing` this.
inline void crash_means(Trouble trouble, const std::string& doing) {
  crash_status = static_cast<int>(trouble);
  for (size_t index = 0; index < sizeof kFatal / sizeof kFatal[0]; index++) {
    last_words()[index] = report()
                              .line("error")
                              .text("kind", name(trouble))
                              .number("code", kFatal[index].signal)
                              .text("message", "the runtime crashed while " + doing + " (" +
                                                   kFatal[index].name + ")")
                              .closed();
  }
}

inline void catch_crashes() {
  static char stack[1 << 16];  // of its own, so that a stack overflow is reported too
  stack_t alternate = {};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof stack;
  sigaltstack(&alternate, nullptr);
  struct sigaction action = {};
  action.sa_handler = on_fatal_signal;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  for (const Fatal& fatal : kFatal) sigaction(fatal.signal, &action, nullptr);
}

}  // namespace sideload
