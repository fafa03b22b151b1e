#pragma once

#include <string>

namespace usage {

// Something a person should look at; never a reason to stop by itself.
struct Warning {
  std::string name;  // stable, for scripts: "equal-rows"
  std::string text;  // one line
  friend bool operator==(const Warning&, const Warning&) = default;
};

}  // namespace usage
