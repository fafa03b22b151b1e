#include <algorithm>
#include <stdexcept>

#include "usage/base/json_writer.h"
#include "usage/base/sid.h"
#include "usage/marketplace/usage_api.h"

namespace usage {
namespace {

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

// SIDs stand as they are, in all but hostile cases: with 1,000 items a request, writing them is what a request costs.
void append_string(std::string& body, std::string_view text) {
  if (std::ranges::all_of(text, is_plain)) {
    body.append(1, '"').append(text).append(1, '"');
    return;
  }
  JsonWriter json;
  json.value(text);
  body += json.text();
}

}  // namespace

std::string usage_url(std::string_view base_url, std::string_view installation_sid) {
  // Anything else could lead to another path of the endpoint.
  if (!is_installation_sid(installation_sid)) throw std::invalid_argument("usage_url needs an installation SID");
  return std::string(base_url).append("/v1/InstalledAddOns/").append(installation_sid).append("/Usage");
}

std::string usage_body(std::span<const BillableItem> items) {
  constexpr std::size_t kUsualItemSize = 80;
  std::string body;
  body.reserve((items.size() + 1) * kUsualItemSize);
  body = R"({"billable_items":[)";
  for (const BillableItem& item : items) {
    if (&item != items.data()) body += ',';
    body += R"({"sid":)";
    append_string(body, item.billing_sid);
    body += R"(,"quantity":)";
    body += item.quantity.text();
    body += '}';
  }
  return body += "]}";
}

}  // namespace usage
