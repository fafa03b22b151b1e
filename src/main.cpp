#include <string>
#include <vector>

#include "usage/cli/commands.h"

extern char** environ;

int main(int argc, char** argv) {
  return usage::run_program(std::vector<std::string>(argv + 1, argv + argc), usage::environment_of(environ));
}
