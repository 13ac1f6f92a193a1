// What the machine says of itself and of this process's memory.
#pragma once

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "shared/report.h"

namespace sideload {

struct Memory {
  int64_t peak_bytes = 0;
  int64_t resident_bytes = 0;
};

// The kernel's own account. Not getrusage: its maximum survives exec, so that a small program
// started by a large one would be blamed for the large one's memory.
inline Memory memory() {
  Memory found;
  char line[256];
  FILE* status = fopen("/proc/self/status", "re");
  while (status != nullptr && fgets(line, sizeof line, status) != nullptr) {
    if (strncmp(line, "VmHWM:", 6) == 0) found.peak_bytes = atoll(line + 6) * 1024;
    if (strncmp(line, "VmRSS:", 6) == 0) found.resident_bytes = atoll(line + 6) * 1024;
  }
  if (status != nullptr) fclose(status);
  if (found.peak_bytes == 0) {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    found.peak_bytes = static_cast<int64_t>(usage.ru_maxrss) * 1024;
  }
  return found;
}

inline void report_memory(const char* phase) {
  const Memory now = memory();
  report().say(report()
                   .line("memory")
                   .text("phase", phase)
                   .number("peak_bytes", now.peak_bytes)
                   .number("resident_bytes", now.resident_bytes));
}

inline void add_machine(Line& line) {
  utsname system;
  if (uname(&system) == 0) {
    line.text("system", system.sysname).text("release", system.release);
    line.text("machine", system.machine);
  }
  line.number("cores", sysconf(_SC_NPROCESSORS_ONLN));
  line.number("page_bytes", sysconf(_SC_PAGESIZE));
}

}  // namespace sideload
