#include "mapping_roles.h"

#include "usage/base/text.h"

namespace usage {

std::vector<Role> roles_of(const ColumnMapping& mapping) {
  std::vector<Role> roles = {{"installation", mapping.installation}, {"billing_sid", mapping.billing_sid},
                             {"quantity", mapping.quantity},         {"reference", mapping.reference},
                             {"currency", mapping.currency},         {"usage_row", mapping.usage_row}};
  std::erase_if(roles, [](const Role& role) { return role.second.empty(); });
  return roles;
}

std::vector<Role> other_sources_of(const ColumnMapping& mapping) {
  const auto quoted = [](const std::string& text) { return '"' + clean_text(text, 80) + '"'; };
  std::vector<Role> sources;
  const auto add = [&](std::string_view role, const std::string& text, const char* how) {
    if (!text.empty()) sources.emplace_back(role, how + quoted(text));
  };
  const char* const looked_up = mapping.usage_row.empty() ? "looked up by " : "as the file says, once looked up by ";
  add("installation", mapping.installation_key, looked_up);
  add("billing_sid", mapping.billing_sid_key, looked_up);
  add("installation", mapping.installation_constant, "always ");
  add("billing_sid", mapping.billing_sid_constant, "always ");
  add("currency", mapping.currency_constant, "always ");
  return sources;
}

}  // namespace usage
