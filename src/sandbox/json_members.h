// Reads a scenario's members with errors for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json_value.h"

namespace usage::sandbox {

// UsageError "scenario": where, what, and how to mend it.
[[noreturn]] void refuse_scenario(const std::string& where, const std::string& what, const std::string& remedy);

// An object whose members all are among `known`, none twice; else refuse_scenario.
void require_members(const JsonValue& value, const std::string& where, const std::vector<std::string_view>& known);

// The member of that name, or nullptr.
const JsonValue* find_member(const JsonValue& object, std::string_view name);

// Numbers may be written as such or as text ("2" is 2). `where` names the member.
std::uint64_t read_count(const JsonValue& value, const std::string& where, std::uint64_t max);
std::string read_text(const JsonValue& value, const std::string& where);
bool read_truth(const JsonValue& value, const std::string& where);

std::string joined(const std::vector<std::string_view>& names);

}  // namespace usage::sandbox
