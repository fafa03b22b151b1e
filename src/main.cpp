#include <malloc.h>

#include <string>
#include <vector>

#include "usage/cli/commands.h"

extern char** environ;

int main(int argc, char** argv) {
#ifdef M_MMAP_THRESHOLD
  // Large blocks go back to the system when they are free: one stage's tables are not kept beneath the next one's.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
  return usage::run_program(std::vector<std::string>(argv + 1, argv + argc), usage::environment_of(environ));
}
