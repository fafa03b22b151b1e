#pragma once

#include <optional>
#include <variant>

#include "usage/base/decimal.h"

namespace usage {

// What Quantity::parse and Amount::parse could read, where it does not matter why they could not.
template <class Value>
std::optional<Value> readable(const std::variant<Value, DecimalError>& parsed) {
  const auto* value = std::get_if<Value>(&parsed);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

}  // namespace usage
